/// The types of values on the wire of Thrift's compact protocol.
enum WireType {
  static let booleanTrue: UInt8 = 1
  static let booleanFalse: UInt8 = 2
  static let int8: UInt8 = 3
  static let int16: UInt8 = 4
  static let int32: UInt8 = 5
  static let int64: UInt8 = 6
  static let double: UInt8 = 7
  static let binary: UInt8 = 8
  static let list: UInt8 = 9
  static let set: UInt8 = 10
  static let map: UInt8 = 11
  static let structure: UInt8 = 12
  static let uuid: UInt8 = 13
}

/// Writes structs in Thrift's compact protocol, fields in ascending order of their numbers.
///
/// - SeeAlso: Apache Thrift, *Thrift Compact protocol encoding*.
struct CompactWriter {
  private(set) var bytes: [UInt8] = []
  /// The number of the last field of every open struct, the innermost last.
  private var fields: [Int16] = [0]

  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    fields = [0]
  }

  /// Ends the innermost struct, or the outermost one.
  mutating func endStruct() {
    bytes.append(0)
    if fields.count > 1 { fields.removeLast() } else { fields = [0] }
  }

  /// Begins a struct that is an element of a list.
  mutating func beginElement() { fields.append(0) }

  /// Begins a struct that is the value of a field.
  mutating func beginStruct(_ field: Int16) {
    header(field, WireType.structure)
    fields.append(0)
  }

  /// A field whose value is a struct without fields.
  mutating func emptyStruct(_ field: Int16) {
    header(field, WireType.structure)
    bytes.append(0)
  }

  mutating func field(_ field: Int16, _ value: Int32) {
    header(field, WireType.int32)
    zigzag(Int64(value))
  }

  mutating func field(_ field: Int16, int16 value: Int16) {
    header(field, WireType.int16)
    zigzag(Int64(value))
  }

  mutating func field(_ field: Int16, _ value: Int64) {
    header(field, WireType.int64)
    zigzag(value)
  }

  mutating func field(_ field: Int16, _ value: Bool) {
    header(field, value ? WireType.booleanTrue : WireType.booleanFalse)
  }

  mutating func field(_ field: Int16, _ value: [UInt8]) {
    header(field, WireType.binary)
    element(value)
  }

  mutating func field(_ field: Int16, _ value: String) {
    header(field, WireType.binary)
    element(Array(value.utf8))
  }

  /// Begins a field that is a list of `count` elements, which follow.
  mutating func list(_ field: Int16, of type: UInt8, count: Int) {
    header(field, WireType.list)
    if count < 15 {
      bytes.append(UInt8(truncatingIfNeeded: count) << 4 | type)
    } else {
      bytes.append(0xF0 | type)
      varint(UInt64(count))
    }
  }

  mutating func element(_ value: Int32) { zigzag(Int64(value)) }

  mutating func element(_ value: Int64) { zigzag(value) }

  mutating func element(_ value: Bool) {
    bytes.append(value ? WireType.booleanTrue : WireType.booleanFalse)
  }

  mutating func element(_ value: [UInt8]) {
    varint(UInt64(value.count))
    bytes += value
  }

  private mutating func header(_ field: Int16, _ type: UInt8) {
    let last = fields[fields.count - 1]
    let delta = field - last
    if delta > 0, delta < 16 {
      bytes.append(UInt8(delta) << 4 | type)
    } else {
      bytes.append(type)
      zigzag(Int64(field))
    }
    fields[fields.count - 1] = field
  }

  private mutating func zigzag(_ value: Int64) {
    varint(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest > 0x7F {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }
}
