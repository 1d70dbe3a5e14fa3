/// A value of Thrift's compact protocol, written and read apart from the module under test.
indirect enum Thrift: Equatable, Sendable {
  case boolean(Bool)
  case int8(Int8)
  case int16(Int64)
  case int32(Int64)
  case int64(Int64)
  case binary([UInt8])
  case list(UInt8, [Thrift])
  case structure([Int: Thrift])
  /// A value of the given wire type, in bytes that need not be of it.
  case raw(UInt8, [UInt8])

  static func text(_ text: String) -> Thrift { .binary(Array(text.utf8)) }

  static let empty = Thrift.structure([:])

  /// A list of structs without fields.
  static func emptyStructs(_ count: Int) -> Thrift {
    .raw(9, [0xFC] + varint(UInt64(count)) + [UInt8](repeating: 0, count: count))
  }

  var wireType: UInt8 {
    switch self {
    case .boolean(let value): value ? 1 : 2
    case .int8: 3
    case .int16: 4
    case .int32: 5
    case .int64: 6
    case .binary: 8
    case .list: 9
    case .structure: 12
    case .raw(let type, _): type
    }
  }

  /// The bytes, fields in ascending order.
  var bytes: [UInt8] {
    switch self {
    case .boolean(let value): return [value ? 1 : 2]
    case .int8(let value): return [UInt8(bitPattern: value)]
    case .int16(let value), .int32(let value), .int64(let value):
      return Self.varint(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    case .binary(let bytes): return Self.varint(UInt64(bytes.count)) + bytes
    case .list(let type, let elements):
      let header =
        elements.count < 15
        ? [UInt8(elements.count) << 4 | type] : [0xF0 | type] + Self.varint(UInt64(elements.count))
      return elements.reduce(into: header) { $0 += $1.bytes }
    case .structure(let fields):
      var bytes: [UInt8] = []
      var last = 0
      for (field, value) in fields.sorted(by: { $0.key < $1.key }) {
        if (1...15).contains(field - last) {
          bytes.append(UInt8(field - last) << 4 | value.wireType)
        } else {
          bytes += [value.wireType] + Self.varint(UInt64(field) << 1)
        }
        if case .boolean = value {} else { bytes += value.bytes }
        last = field
      }
      return bytes + [0]
    case .raw(_, let bytes): return bytes
    }
  }

  static func varint(_ value: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = value
    while rest > 0x7F {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }
}

// MARK: - Reading

extension Thrift {
  /// The struct that trusted `bytes` begin with.
  static func structure(parsing bytes: [UInt8]) -> Thrift {
    var offset = 0
    return value(12, bytes, &offset)
  }

  /// The value of a field, or of the fields of structs one in another.
  subscript(fields: Int...) -> Thrift? {
    fields.reduce(Optional(self)) { value, field in
      if case .structure(let fields)? = value { return fields[field] }
      return nil
    }
  }

  var elements: [Thrift] {
    if case .list(_, let elements) = self { return elements }
    return []
  }

  var integer: Int? {
    switch self {
    case .int16(let value), .int32(let value), .int64(let value): Int(value)
    default: nil
    }
  }

  private static func value(_ type: UInt8, _ bytes: [UInt8], _ offset: inout Int) -> Thrift {
    switch type {
    case 1, 2:
      offset += 1
      return .boolean(bytes[offset - 1] == 1)
    case 3:
      offset += 1
      return .int8(Int8(bitPattern: bytes[offset - 1]))
    case 4, 5, 6:
      let value = varint(bytes, &offset)
      let integer = Int64(value >> 1) ^ -Int64(value & 1)
      return type == 4 ? .int16(integer) : type == 5 ? .int32(integer) : .int64(integer)
    case 8:
      let count = Int(varint(bytes, &offset))
      offset += count
      return .binary(Array(bytes[offset - count..<offset]))
    case 9:
      let header = bytes[offset]
      offset += 1
      let count = header >> 4 < 15 ? Int(header >> 4) : Int(varint(bytes, &offset))
      let element = header & 0xF
      return .list(element, (0..<count).map { _ in value(element, bytes, &offset) })
    default:
      var fields: [Int: Thrift] = [:]
      var last = 0
      while true {
        let header = bytes[offset]
        offset += 1
        if header == 0 { return .structure(fields) }
        last = header >> 4 > 0 ? last + Int(header >> 4) : Int(varint(bytes, &offset) >> 1)
        let type = header & 0xF
        fields[last] = type < 3 ? .boolean(type == 1) : value(type, bytes, &offset)
      }
    }
  }

  private static func varint(_ bytes: [UInt8], _ offset: inout Int) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    repeat {
      value |= UInt64(bytes[offset] & 0x7F) << shift
      shift += 7
      offset += 1
    } while bytes[offset - 1] > 0x7F
    return value
  }
}
