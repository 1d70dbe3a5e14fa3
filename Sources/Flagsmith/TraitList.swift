internal import Bytes
internal import JSON

/// The traits of one snapshot, each key once.
package struct TraitList: ~Copyable {
  /// The traits, sorted by the bytes of their keys.
  package private(set) var traits: [Trait] = []
  /// Keys and canonical values, one after the other.
  package private(set) var text: [UInt8] = []
  private var scratch = ByteBuffer(minimumCapacity: 2048)

  package init() {}

  /// Adds a trait.
  ///
  /// - Returns: What is wrong with it, if anything is.
  mutating func append(_ name: JSONString, _ value: JSONToken, _ reader: JSONReader) -> String? {
    let key = text.count
    guard appendText(name, reader) else { return "trait_key has a lone surrogate" }
    let start = text.count
    let type: ValueType
    switch value {
    case .string(let string):
      guard appendText(string, reader) else { return "trait_value has a lone surrogate" }
      type = .string
    case .number(let number):
      reader.appendCanonical(number, to: &text)
      type = number.notation == .integer ? .integer : .float
    case .boolean(let value):
      text.append(value ? "true" : "false")
      type = .boolean
    case .null: type = .null
    case .composite: return "trait_value is an array or an object"
    }
    traits.append(
      Trait(key: key..<start, type: type, value: start..<text.count, place: traits.count)
    )
    return nil
  }

  /// Sorts the traits by key and keeps the last of those with one key.
  mutating func canonicalise() {
    guard traits.count > 1 else { return }
    let bytes = text
    let text = bytes.span
    traits.sort { left, right in
      let order = text.extracting(left.key).comparedBytes(text.extracting(right.key))
      return order == 0 ? left.place < right.place : order < 0
    }
    var kept = 0
    for index in traits.indices {
      let isLast =
        index + 1 == traits.count
        || !text.extracting(traits[index].key).equalBytes(text.extracting(traits[index + 1].key))
      if isLast {
        traits[kept] = traits[index]
        kept += 1
      }
    }
    traits.removeLast(traits.count - kept)
  }

  mutating func removeAll() {
    traits.removeAll(keepingCapacity: true)
    text.removeAll(keepingCapacity: true)
  }

  private mutating func appendText(_ string: JSONString, _ reader: JSONReader) -> Bool {
    scratch.removeAll()
    let isUnicode = reader.unescape(string, into: &scratch) == nil
    text.append(scratch)
    return isUnicode
  }
}
