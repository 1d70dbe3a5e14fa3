internal import Bytes
internal import Yams

/// Takes the keys of one mapping, one by one; what is left over is unknown.
struct MappingReader {
  /// The file's path.
  let path: String
  /// The path of the mapping itself; empty for the whole file.
  let key: String
  private(set) var values: [String: (name: Node, value: Node)] = [:]
  private var order: [String] = []
  /// The keys that were asked for.
  private var known: [String] = []

  /// - Throws: ``ConfigurationFault`` where `node` is not a mapping of texts.
  init(_ node: Node, path: String, key: String) throws(ConfigurationFault) {
    guard let mapping = node.mapping else {
      throw ConfigurationFault(
        at: Place(node.mark, path),
        key,
        "must be keys with values, not \(node.kindName)"
      )
    }
    self.path = path
    self.key = key
    for (name, value) in mapping {
      guard let text = name.scalar?.string else {
        throw ConfigurationFault(
          at: Place(name.mark, path),
          key,
          "a key must be a text, not \(name.kindName)"
        )
      }
      values[text] = (name, value)
      order.append(text)
    }
  }

  /// Where a key's value is; for faults.
  func fault(_ name: String, _ node: Node, _ message: String) -> ConfigurationFault {
    ConfigurationFault(at: Place(node.mark, path), key.appendingKey(name), message)
  }

  mutating func take(_ name: String) -> Node? {
    known.append(name)
    return values.removeValue(forKey: name)?.value
  }

  /// - Throws: ``ConfigurationFault`` for the first key that nothing asked for.
  func finish() throws(ConfigurationFault) {
    guard let name = order.first(where: { values[$0] != nil }), let node = values[name]?.name else {
      return
    }
    throw fault(name, node, "unknown key; \(Spelling.advice(name, known: known))")
  }

  // MARK: - Values

  /// The value of a key; `nil` where the key is absent.
  mutating func value<Value: SettingValue>(
    _ name: String,
    _: Value.Type = Value.self
  ) throws(ConfigurationFault) -> Located<Value>? {
    guard let node = take(name) else { return nil }
    return try Self.value(node, path, key.appendingKey(name))
  }

  private static func value<Value: SettingValue>(
    _ node: Node,
    _ path: String,
    _ key: String
  ) throws(ConfigurationFault) -> Located<Value> {
    let place = Place(node.mark, path)
    let text = try text(node, Value.notation, Value.form, path, key)
    guard let value = Value(setting: text) else {
      throw ConfigurationFault(at: place, key, "\"\(text)\" is not \(Value.form)")
    }
    return Located(value, at: place)
  }

  /// The text of a scalar that YAML reads as `notation`.
  static func text(
    _ node: Node,
    _ notation: SettingNotation,
    _ form: String,
    _ path: String,
    _ key: String
  ) throws(ConfigurationFault) -> String {
    let found = node.scalar.flatMap { SettingNotation($0) }
    guard let scalar = node.scalar, found == notation else {
      let advice = notation == .text && found != nil ? "; put it in quotes if it is meant" : ""
      throw ConfigurationFault(
        at: Place(node.mark, path),
        key,
        "must be \(form), not \(node.kindName)\(advice)"
      )
    }
    return scalar.string
  }

  /// A text that is not shown in faults.
  mutating func text(
    _ name: String,
    _ form: String
  ) throws(ConfigurationFault) -> Located<String>? {
    guard let node = take(name) else { return nil }
    let text = try Self.text(node, .text, form, path, key.appendingKey(name))
    guard !text.isEmpty else { throw fault(name, node, "is empty; it must be \(form)") }
    return Located(text, at: Place(node.mark, path))
  }

  /// A whole number of 64 bits.
  mutating func integer(_ name: String) throws(ConfigurationFault) -> Int64? {
    guard let node = take(name) else { return nil }
    let text = try Self.text(node, .number, "a whole number", path, key.appendingKey(name))
    guard let number = Int64(text) else {
      throw fault(name, node, "\"\(text)\" is not a whole number")
    }
    return number
  }

  // MARK: - Collections

  /// The texts of a list, none of them empty or given twice.
  mutating func texts(_ name: String) throws(ConfigurationFault) -> Located<[String]>? {
    guard let node = take(name) else { return nil }
    guard let sequence = node.sequence else {
      throw fault(name, node, "must be a list, not \(node.kindName)")
    }
    var texts: [String] = []
    for (index, element) in sequence.enumerated() {
      let text = try Self.text(
        element,
        .text,
        "a text",
        path,
        key.appendingKey("\(name)[\(index)]")
      )
      // What looks the same may be other bytes.
      let isKnown = texts.contains { $0.utf8.elementsEqual(text.utf8) }
      guard !text.isEmpty, !isKnown else {
        let what = text.isEmpty ? "is empty" : "\"\(text)\" is given twice"
        throw fault("\(name)[\(index)]", element, what)
      }
      texts.append(text)
    }
    return Located(texts, at: Place(node.mark, path))
  }

  /// Whether a key's value is keys with values.
  func isMapping(_ name: String) -> Bool { values[name]?.value.mapping != nil }

  /// Whether a key's value is a list.
  func isList(_ name: String) -> Bool { values[name]?.value.sequence != nil }

  /// Reads the mapping that is a key's value; nothing where the key is absent.
  mutating func mapping(
    _ name: String,
    _ read: (inout MappingReader, Place) throws(ConfigurationFault) -> Void
  ) throws(ConfigurationFault) {
    guard let node = take(name) else { return }
    try Self.read(node, path, key.appendingKey(name), read)
  }

  /// Reads the mappings that a list holds; returns where the list is, or `nil` where the key is absent.
  @discardableResult
  mutating func mappings(
    _ name: String,
    _ read: (inout MappingReader, Place) throws(ConfigurationFault) -> Void
  ) throws(ConfigurationFault) -> Place? {
    guard let node = take(name) else { return nil }
    guard let sequence = node.sequence else {
      throw fault(name, node, "must be a list, not \(node.kindName)")
    }
    for (index, element) in sequence.enumerated() {
      try Self.read(element, path, key.appendingKey("\(name)[\(index)]"), read)
    }
    return Place(node.mark, path)
  }

  static func read(
    _ node: Node,
    _ path: String,
    _ key: String,
    _ read: (inout MappingReader, Place) throws(ConfigurationFault) -> Void
  ) throws(ConfigurationFault) {
    var reader = try MappingReader(node, path: path, key: key)
    try read(&reader, Place(node.mark, path))
    try reader.finish()
  }

  /// A fault of the mapping itself, or of what is at `name` in it.
  func fault(_ name: String = "", at place: Place, _ message: String) -> ConfigurationFault {
    ConfigurationFault(at: place, name.isEmpty ? key : key.appendingKey(name), message)
  }
}

extension Node {
  /// What YAML reads here, without showing it.
  var kindName: String {
    switch self {
    case .scalar(let scalar): SettingNotation(scalar)?.words ?? "nothing"
    case .mapping: "keys with values"
    case .sequence: "a list"
    case .alias: "an alias"
    }
  }
}
