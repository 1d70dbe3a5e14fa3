internal import Analysis
internal import Bytes
internal import Captures
internal import Foundation
internal import Observations
internal import Tables

extension ConfigurationFile {
  /// Reads the file at `path`, which must be absolute.
  ///
  /// - Throws: ``ConfigurationFault`` with the first fault found.
  package init(reading path: String) throws(ConfigurationFault) {
    let bytes: [UInt8]
    do throws(SmallFile.Failure) {
      bytes = try SmallFile.read(path, limit: YAMLDocument.byteLimit)
    } catch {
      switch error {
      case .unreadable(let reason): throw ConfigurationFault("\(path): cannot be read: \(reason)")
      case .tooLarge:
        throw ConfigurationFault("\(path): is larger than \(YAMLDocument.byteLimit) bytes")
      }
    }
    try self.init(bytes, path: path)
  }

  /// Reads the text of a file that is at `path`; what is relative in it is relative to the file's directory.
  ///
  /// - Throws: ``ConfigurationFault`` with the first fault found.
  /// - Complexity: O(*n*) in the bytes, of which there may be 1,000,000.
  package init(_ bytes: [UInt8], path: String) throws(ConfigurationFault) {
    self.init(path: path)
    guard let root = try YAMLDocument(bytes, path: path).root else { return }
    var reader = try MappingReader(root, path: path, key: "")
    try readPlaces(&reader)
    envelope = try reader.value("envelope")
    try readSignature(&reader)
    try readWindow(&reader)
    try readSummaries(&reader)
    try readPersonalData(&reader)
    try reader.mapping("csv") { (reader, _) throws(ConfigurationFault) in
      formulas = try reader.value("formulas")
      delimiter = try reader.value("delimiter")
      excel = try reader.value("excel")
    }
    jobs = try reader.value("jobs")
    memory = try reader.value("memory")
    maxRejected = try reader.value("max_rejected")
    settle = try reader.value("settle")
    try readCohorts(&reader)
    try readExperiments(&reader)
    try reader.finish()
  }

  var directory: String { (path as NSString).deletingLastPathComponent }

  private func located(_ path: String) -> String {
    PathText(path).resolved(in: directory).path
  }

  private mutating func readPlaces(
    _ reader: inout MappingReader
  ) throws(ConfigurationFault) {
    archives = try reader.texts("archives").map { list in
      Located(list.value.map { located($0) }, at: list.place)
    }
    output = try reader.value("output", PathText.self).map { output in
      Located(output.value.resolved(in: directory), at: output.place)
    }
  }

  private mutating func readWindow(
    _ reader: inout MappingReader
  ) throws(ConfigurationFault) {
    try reader.mapping("window") { (reader, _) throws(ConfigurationFault) in
      windowKind = try reader.value("kind")
      windowSize = try reader.value("size")
      timeZone = try reader.value("timezone")
    }
  }

  private mutating func readSummaries(
    _ reader: inout MappingReader
  ) throws(ConfigurationFault) {
    if reader.isList("exposures") {
      exposures = try reader.texts("exposures").map { names in
        Located(.features(Set(names.value.map { ByteText($0) })), at: names.place)
      }
    } else {
      exposures = try reader.value("exposures", ExposureWord.self).map { word in
        Located(word.value == .all ? .all : .multivariate, at: word.place)
      }
    }
    topValues = try reader.value("top_values")
    since = try reader.value("since")
    until = try reader.value("until")
    if let since, let until, since.value.days >= until.value.days {
      throw ConfigurationFault(at: until.place, "until", "must be after since")
    }
  }

  private mutating func readPersonalData(
    _ reader: inout MappingReader
  ) throws(ConfigurationFault) {
    try reader.mapping("traits") { (reader, _) throws(ConfigurationFault) in
      let included = try reader.texts("include")
      let excluded = try reader.texts("exclude")
      if included != nil, let excluded {
        throw reader.fault("exclude", at: excluded.place, "is given besides include; give one")
      }
      traits =
        included.map { Located(.only($0.value), at: $0.place) }
        ?? excluded.map { Located(.allBut($0.value), at: $0.place) }
    }
    try reader.mapping("identities") { (reader, _) throws(ConfigurationFault) in
      try reader.mapping("pseudonymize") { (reader, place) throws(ConfigurationFault) in
        let given = try secretPlaces(&reader)
        try reader.finish()
        pepper = Located(try source(given, reader, place), at: place)
      }
    }
  }

  // MARK: - Secrets

  private mutating func readSignature(
    _ reader: inout MappingReader
  ) throws(ConfigurationFault) {
    try reader.mapping("signature") { (reader, _) throws(ConfigurationFault) in
      requiresSignature = try reader.value("required")
      var declarations: [SecretDeclaration] = []
      let place = try reader.mappings("secrets") { (reader, place) throws(ConfigurationFault) in
        let declaration = try self.declaration(&reader, place, declarations.count)
        if declarations.contains(where: { $0.name == declaration.name }) {
          throw reader.fault("name", at: place, "\(declaration.name) is given twice")
        }
        declarations.append(declaration)
      }
      secrets = place.map { Located(declarations, at: $0) }
    }
  }

  private func declaration(
    _ reader: inout MappingReader,
    _ place: Place,
    _ index: Int
  ) throws(ConfigurationFault) -> SecretDeclaration {
    let name = try reader.text("name", "what the secret is called")
    let given = try secretPlaces(&reader)
    let environment = try reader.integer("environment")
    let notBefore = try reader.value("not_before", Moment.self)
    let notAfter = try reader.value("not_after", Moment.self)
    // A key that is misspelt is the reason why it is missing.
    try reader.finish()
    guard let name else { throw reader.fault("name", at: place, "is missing") }
    let source = try source(given, reader, place)
    if let notBefore, let notAfter, notBefore.value.microseconds > notAfter.value.microseconds {
      throw reader.fault("not_after", at: notAfter.place, "is before not_before")
    }
    return SecretDeclaration(
      name: name.value,
      source: source,
      environment: environment,
      notBefore: notBefore?.value.microseconds,
      notAfter: notAfter?.value.microseconds,
      key: "signature.secrets[\(index)]",
      place: place
    )
  }

  private func secretPlaces(
    _ reader: inout MappingReader
  ) throws(ConfigurationFault) -> (variable: Located<String>?, file: Located<String>?) {
    (
      try reader.text("env", "the name of an environment variable"),
      try reader.text("file", "the path of a file")
    )
  }

  /// The `env` or the `file` of a mapping, one of which must be there.
  private func source(
    _ given: (variable: Located<String>?, file: Located<String>?),
    _ reader: MappingReader,
    _ place: Place
  ) throws(ConfigurationFault) -> SecretSource {
    switch given {
    case (let variable?, nil): return .variable(variable.value)
    case (nil, let file?):
      guard !file.value.hasSuffix(".json") else {
        throw reader.fault(
          "file",
          at: file.place,
          "a file of several secrets is for --secret-file; here each is declared by itself"
        )
      }
      return .file(located(file.value))
    case (nil, nil):
      throw reader.fault(at: place, "needs env or file, which says where the secret is")
    case (_?, let file?):
      throw reader.fault("file", at: file.place, "is given besides env; give one")
    }
  }
}

/// The words that stand for features.
private enum ExposureWord: String, CaseIterable, SettingValue {
  case multivariate
  case all

  static var form: String { SummaryPlan.Exposures.form }
}

/// A point in time.
private struct Moment: SettingValue {
  static let form = "a time like 2026-10-01T00:00:00Z"

  /// Since the epoch.
  let microseconds: Int64
  let settingText: String

  init?(setting text: String) {
    guard let time = try? ReceivedTime(rfc3339: text.utf8.span) else { return nil }
    microseconds = time.microseconds
    settingText = text
  }
}
