internal import JSON
internal import Yams

extension MappingReader {
  /// Whether YAML reads a key's value as true or false.
  func isBoolean(_ name: String) -> Bool {
    values[name]?.value.scalar.flatMap { SettingNotation($0) } == .boolean
  }

  /// A finite number.
  ///
  /// - Parameters:
  ///   - name: The key.
  ///   - form: What is allowed, in words.
  ///   - isAllowed: Whether a number is.
  /// - Returns: The number, or `nil` where the key is absent.
  /// - Throws: ``ConfigurationFault``.
  mutating func number(
    _ name: String,
    _ form: String,
    _ isAllowed: (Double) -> Bool
  ) throws(ConfigurationFault) -> Located<Double>? {
    guard let node = take(name) else { return nil }
    let text = try Self.text(node, .number, form, path, key.appendingKey(name))
    guard let number = Double(text), number.isFinite, isAllowed(number) else {
      throw fault(name, node, "\"\(text)\" is not \(form)")
    }
    return Located(number, at: Place(node.mark, path))
  }

  /// The canonical text of a value that Flagsmith may send, `nil` for null; see the page on rules.
  ///
  /// - Throws: ``ConfigurationFault`` for what YAML takes for another thing than JSON does.
  mutating func flagValue(_ name: String) throws(ConfigurationFault) -> Located<String?>? {
    guard let node = take(name) else { return nil }
    let place = Place(node.mark, path)
    guard let scalar = node.scalar else {
      throw fault(name, node, "must be a text, a number, true, false or null, not \(node.kindName)")
    }
    let text = scalar.string
    let advice = "put it in quotes if the text is meant"
    switch SettingNotation(scalar) {
    case nil: return Located(nil, at: place)
    case .text: return Located(text, at: place)
    case .boolean:
      let word = text.lowercased()
      guard ["true", "false"].contains(word) else {
        throw fault(name, node, "\(text) is true or false to YAML; write that, or \(advice)")
      }
      return Located(word, at: place)
    case .number:
      guard let number = Self.canonicalNumber(text) else {
        throw fault(name, node, "\(text) is not written as JSON writes numbers; \(advice)")
      }
      return Located(number, at: place)
    }
  }

  /// The canonical text of a number of JSON, or of one that is not finite; `nil` for any other text.
  private static func canonicalNumber(_ text: String) -> String? {
    switch text.lowercased() {
    case ".nan": return "NaN"
    case ".inf", "+.inf": return "Infinity"
    case "-.inf": return "-Infinity"
    default: break
    }
    var reader = JSONReader(text.utf8.span)
    guard let number = try? reader.readNumber(), (try? reader.finish()) != nil else { return nil }
    if number.notation == .integer { return text == "-0" ? "0" : text }
    var canonical: [UInt8] = []
    PythonText.append(double: reader.double(number), to: &canonical)
    return String(decoding: canonical, as: UTF8.self)
  }
}

extension MappingReader {
  /// Reads the mappings that are the values of a mapping's keys, in their order.
  ///
  /// - Parameters:
  ///   - name: The key of the mapping.
  ///   - read: Takes each key, and a reader of its value.
  /// - Returns: Where the mapping is, or `nil` where the key is absent.
  /// - Throws: ``ConfigurationFault``.
  mutating func entries(
    _ name: String,
    _ read: (Located<String>, inout MappingReader, Place) throws(ConfigurationFault) -> Void
  ) throws(ConfigurationFault) -> Place? {
    guard let node = take(name) else { return nil }
    guard let mapping = node.mapping else {
      throw fault(name, node, "must be keys with values, not \(node.kindName)")
    }
    for (nameNode, value) in mapping {
      guard let text = nameNode.scalar?.string, !text.isEmpty else {
        throw fault(name, nameNode, "a key must be a text, not \(nameNode.kindName)")
      }
      let place = Place(nameNode.mark, path)
      try Self.read(value, path, key.appendingKey("\(name).\(text)")) {
        (reader, valuePlace) throws(ConfigurationFault) in
        try read(Located(text, at: place), &reader, valuePlace)
      }
    }
    return Place(node.mark, path)
  }

  /// Where the values of all keys that were not asked for yet are, and of those in them, by their paths.
  ///
  /// - Complexity: O(*n*) in the values, of which none is more than 16 levels deep.
  func places() -> [String: Place] {
    var places: [String: Place] = [:]
    for (name, entry) in values { Self.add(entry.value, name, path, to: &places) }
    return places
  }

  private static func add(
    _ node: Node,
    _ key: String,
    _ path: String,
    to places: inout [String: Place]
  ) {
    places[key] = Place(node.mark, path)
    for (index, element) in (node.sequence.map(Array.init) ?? []).enumerated() {
      add(element, "\(key)[\(index)]", path, to: &places)
    }
    guard let mapping = node.mapping else { return }
    for (name, value) in mapping {
      add(value, key.appendingKey(name.scalar?.string ?? "?"), path, to: &places)
    }
  }
}
