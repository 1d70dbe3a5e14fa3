package import Analysis
internal import Bytes
internal import Statistics

/// The settings of an analysis of units: JSON, or YAML with the same keys.
package enum UnitSettingsFile {
  /// Reads the file at `path`.
  ///
  /// - Throws: ``ConfigurationFault`` with the first fault found.
  package static func read(_ path: String) throws(ConfigurationFault) -> UnitSettings {
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
    return try parse(bytes, path: path)
  }

  /// Reads the text of a file that is at `path`.
  ///
  /// - Throws: ``ConfigurationFault`` with the first fault found.
  package static func parse(
    _ bytes: [UInt8],
    path: String
  ) throws(ConfigurationFault) -> UnitSettings {
    guard let root = try YAMLDocument(bytes, path: path).root else {
      throw ConfigurationFault("\(path): is empty; it must have control and variants")
    }
    var reader = try MappingReader(root, path: path, key: "")
    let whole = Place(path: path, line: 1, column: 1)
    let control = try reader.text("control", "the key of a variant")
    let variants = try readVariants(&reader, whole)
    _ = try reader.text("note", "a text")
    let analysis = try readAnalysis(&reader)
    try reader.finish()
    guard let control else {
      throw reader.fault("control", at: whole, "is missing; it must be the key of a variant")
    }
    let place = variants.firstIndex { $0.key.utf8.elementsEqual(control.value.utf8) }
    guard let place else {
      let keys = variants.map(\.key)
      throw reader.fault(
        "control",
        at: control.place,
        "\"\(control.value)\" is none of the variants; \(Spelling.advice(control.value, known: keys))"
      )
    }
    guard variants.count >= 2 else {
      throw reader.fault(
        "variants",
        at: whole,
        "must be two at the least, the control and a treatment"
      )
    }
    return UnitSettings(variants: variants, control: place, analysis: analysis)
  }

  private static func readVariants(
    _ reader: inout MappingReader,
    _ whole: Place
  ) throws(ConfigurationFault) -> [UnitSettings.Variant] {
    var variants: [UnitSettings.Variant] = []
    let place = try reader.mappings("variants") { (reader, place) throws(ConfigurationFault) in
      let key = try reader.text("key", "the name of a variant")
      let weight: Located<Weight>? = try reader.value("weight")
      guard let key else { throw reader.fault(at: place, "must have a key") }
      guard !variants.contains(where: { $0.key.utf8.elementsEqual(key.value.utf8) }) else {
        throw reader.fault("key", at: key.place, "\"\(key.value)\" is given twice")
      }
      variants.append(UnitSettings.Variant(key: key.value, weight: weight?.value.number ?? 1))
    }
    guard place != nil else {
      throw reader.fault("variants", at: whole, "is missing; it must be a list of key and weight")
    }
    return variants
  }

  private static func readAnalysis(
    _ reader: inout MappingReader
  ) throws(ConfigurationFault) -> AnalysisSettings {
    var settings = AnalysisSettings()
    if let alpha: Located<OpenShare> = try reader.value("alpha") {
      settings.alpha = alpha.value.number
    }
    if let tuning: Located<PositiveNumber> = try reader.value("sequential_tuning") {
      settings.sequentialTuning = tuning.value.number
    }
    if let mean: Located<FiniteNumber> = try reader.value("prior_mean") {
      settings.priorMean = mean.value.number
    }
    if let deviation: Located<PositiveNumber> = try reader.value("prior_sd") {
      settings.priorDeviation = deviation.value.number
    }
    if let power: Located<OpenShare> = try reader.value("target_power") {
      settings.targetPower = power.value.number
    }
    if let effect: Located<PositiveNumber> = try reader.value("mde_relative") {
      settings.targetEffect = effect.value.number
    }
    return settings
  }
}

/// A number that a user writes and a range allows.
protocol NumberInRange: SettingValue {
  var number: Double { get }
  init(number: Double)
  static func allows(_ number: Double) -> Bool
}

extension NumberInRange {
  static var notation: SettingNotation { .number }
  init?(setting text: String) {
    guard let number = Double(text), number.isFinite, Self.allows(number) else { return nil }
    self.init(number: number)
  }
  var settingText: String { "\(number)" }
}

/// A share that is neither none nor all.
struct OpenShare: NumberInRange {
  static let form = "a number above 0 and below 1"
  let number: Double
  static func allows(_ number: Double) -> Bool { number > 0 && number < 1 }
}

struct PositiveNumber: NumberInRange {
  static let form = "a number above 0"
  let number: Double
  static func allows(_ number: Double) -> Bool { number > 0 }
}

/// What an arm's size is in proportion to.
struct Weight: NumberInRange {
  static let form = "a number, 0 or above"
  let number: Double
  static func allows(_ number: Double) -> Bool { number >= 0 }
}

struct FiniteNumber: NumberInRange {
  static let form = "a number"
  let number: Double
  static func allows(_ number: Double) -> Bool { true }
}
