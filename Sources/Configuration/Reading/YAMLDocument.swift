internal import Yams

/// A YAML document that is small and plain enough to be a configuration.
struct YAMLDocument {
  /// 1 MB.
  static let byteLimit = 1_000_000
  /// Mappings and sequences within each other.
  static let depthLimit = 16
  /// Words that begin with `*`, which may be aliases: so few cannot unfold to much.
  static let starLimit = 20

  let path: String
  /// `nil` where there is nothing but comments.
  let root: Node?

  /// - Parameters:
  ///   - bytes: The text, UTF-8.
  ///   - path: What the file is called in faults.
  /// - Throws: ``ConfigurationFault`` where it is not YAML, or more of it than is read.
  init(_ bytes: [UInt8], path: String) throws(ConfigurationFault) {
    let whole = Place(path: path, line: 0, column: 0)
    guard bytes.count <= Self.byteLimit else {
      throw ConfigurationFault(at: whole, "", "is larger than \(Self.byteLimit) bytes")
    }
    let isMarked = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    guard let text = String(validating: bytes.dropFirst(isMarked ? 3 : 0), as: UTF8.self) else {
      throw ConfigurationFault(at: whole, "", "is not UTF-8")
    }
    guard Self.starCount(text) <= Self.starLimit else {
      throw ConfigurationFault(at: whole, "", "has too many words that begin with *")
    }
    self.path = path
    root = try Self.compose(text, path)
  }

  /// How many `*` begin a word.
  private static func starCount(_ text: String) -> Int {
    var count = 0
    var last = UInt8(ascii: " ")
    for byte in text.utf8 {
      let isInWord = last > 0x20 && !"[]{},:?-\"'".utf8.contains(last)
      if byte == UInt8(ascii: "*"), !isInWord { count += 1 }
      last = byte
    }
    return count
  }

  private static func compose(_ text: String, _ path: String) throws(ConfigurationFault) -> Node? {
    do {
      let parser = try Parser(yaml: text, encoding: .utf8)
      return try withExtendedLifetime(parser) {
        guard let node = try parser.singleRoot() else { return nil }
        if let scalar = node.scalar, SettingNotation(scalar) == nil { return nil }
        try check(node, path, key: "", depth: 0)
        return node
      }
    } catch let fault as ConfigurationFault {
      throw fault
    } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
      throw duplicate(keys.first ?? "", context.mark, text, path)
    } catch {
      throw ConfigurationFault(error, path)
    }
  }

  /// Refuses what nests too deeply, and anchors, which aliases need.
  private static func check(
    _ node: Node,
    _ path: String,
    key: String,
    depth: Int
  ) throws(ConfigurationFault) {
    let place = Place(node.mark, path)
    guard depth <= depthLimit else {
      throw ConfigurationFault(at: place, key, "more than \(depthLimit) levels within each other")
    }
    guard node.anchor == nil else {
      throw ConfigurationFault(at: place, key, "anchors (&) and aliases (*) are not read")
    }
    if let sequence = node.sequence {
      for (index, element) in sequence.enumerated() {
        try check(element, path, key: "\(key)[\(index)]", depth: depth + 1)
      }
    }
    if let mapping = node.mapping {
      for (name, value) in mapping {
        let inner = key.appendingKey(name.scalar?.string ?? "?")
        try check(name, path, key: inner, depth: depth + 1)
        try check(value, path, key: inner, depth: depth + 1)
      }
    }
  }

  // MARK: - Duplicate keys

  /// The letter that tells the first of two keys from the second.
  private static let tell = "\u{F8FF}"

  /// The fault of a key that is given twice.
  ///
  /// Yams does not say in which mapping: the first key is changed in the text, and looked for in what comes of it.
  private static func duplicate(
    _ key: String,
    _ mark: Mark,
    _ text: String,
    _ path: String
  ) -> ConfigurationFault {
    let first = Place(mark, path)
    var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.indices.contains(mark.line - 1) {
      var line = Array(lines[mark.line - 1])
      let column = mark.column - 1
      let isQuoted = line.indices.contains(column) && (line[column] == "\"" || line[column] == "'")
      let place = column + (isQuoted ? 1 : 0)
      if place <= line.count { line.insert(contentsOf: tell.unicodeScalars, at: place) }
      lines[mark.line - 1] = String.UnicodeScalarView(line)[...]
    }
    let marked = String(String.UnicodeScalarView(lines.joined(separator: "\n".unicodeScalars)))
    let changed = try? Parser(yaml: marked, encoding: .utf8).singleRoot()
    let found = changed.flatMap { find(key, in: $0, within: "", depth: 0) }
    let second = found.map { found in
      let place = Place(found.mark, path)
      let isMoved = place.line == first.line
      return Place(path: path, line: place.line, column: place.column - (isMoved ? 1 : 0))
    }
    return ConfigurationFault(
      at: second ?? first,
      found?.path ?? key,
      "is given twice, first in line \(mark.line)"
    )
  }

  private static func find(
    _ key: String,
    in node: Node,
    within outer: String,
    depth: Int
  ) -> (path: String, mark: Mark?)? {
    guard depth <= depthLimit else { return nil }
    if let sequence = node.sequence {
      for (index, element) in sequence.enumerated() {
        let path = "\(outer)[\(index)]"
        if let found = find(key, in: element, within: path, depth: depth + 1) { return found }
      }
    }
    guard let mapping = node.mapping else { return nil }
    if mapping.contains(where: { $0.key.scalar?.string == tell + key }),
      let second = mapping.first(where: { $0.key.scalar?.string == key })
    {
      return (outer.appendingKey(key), second.key.mark)
    }
    for (name, value) in mapping {
      let path = outer.appendingKey(name.scalar?.string ?? "?")
      if let found = find(key, in: value, within: path, depth: depth + 1) { return found }
    }
    return nil
  }
}

extension Place {
  init(_ mark: Mark?, _ path: String) {
    self.init(path: path, line: mark?.line ?? 0, column: mark?.column ?? 0)
  }
}

extension String {
  /// The path of `key` in what this is the path of.
  func appendingKey(_ key: String) -> String { isEmpty ? key : "\(self).\(key)" }
}

extension ConfigurationFault {
  /// What Yams says of a text that is not YAML, without the text.
  fileprivate init(_ error: any Error, _ path: String) {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      let isDeep = problem.hasPrefix("Maximum nesting level")
      self.init(at: Place(mark, path), "", isDeep ? "nests too deeply" : "not YAML: \(problem)")
    case .reader(let problem, _, _, _):
      self.init("\(path): not YAML: \(problem)")
    default: self.init("\(path): not YAML")
    }
  }
}
