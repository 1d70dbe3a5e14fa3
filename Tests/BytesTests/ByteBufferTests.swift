import Bytes
import TestSupport
import Testing

@Suite("A byte buffer")
struct ByteBufferTests {
  static func contents(_ buffer: borrowing ByteBuffer) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(buffer)
    return bytes
  }

  @Test("holds what an array would", arguments: 0..<20)
  func law(number: Int) {
    var random = SeededGenerator.forCase(number)
    var buffer = ByteBuffer(minimumCapacity: 0)
    var model: [UInt8] = []
    for _ in 0..<200 {
      switch Int.random(in: 0..<8, using: &random) {
      case 0, 1:
        let bytes = random.bytes(Int.random(in: 0...90, using: &random))
        buffer.append(bytes.span)
        model += bytes
      case 2:
        let byte = random.bytes(1)[0]
        buffer.append(byte)
        model.append(byte)
      case 3:
        let prefix = Int.random(in: 0...model.count, using: &random)
        buffer.removeFirst(prefix)
        model.removeFirst(prefix)
      case 4 where !model.isEmpty:
        let index = Int.random(in: 0..<model.count, using: &random)
        buffer[index] ^= 0xFF
        model[index] ^= 0xFF
        #expect(buffer[index] == model[index])
      case 5:
        var other = ByteBuffer()
        let bytes = random.bytes(Int.random(in: 0...40, using: &random))
        let start = Int.random(in: 0...bytes.count, using: &random)
        other.append(bytes.span)
        buffer.append(contentsOf: other, from: start)
        model += bytes[start...]
      case 6:
        let room = Int.random(in: 0...300, using: &random)
        let written = Int.random(in: 0...room, using: &random)
        unsafe buffer.append(room: room) { target in
          for index in 0..<written { unsafe target[index] = UInt8(index & 0xFF) }
          return written
        }
        model += (0..<written).map { UInt8($0 & 0xFF) }
      case 7 where Int.random(in: 0..<10, using: &random) == 0:
        buffer.removeAll()
        model.removeAll()
      default: buffer.reserve(Int.random(in: 0...500, using: &random))
      }
      #expect(buffer.count == model.count, "seed \(random.seed)")
      #expect(Self.contents(buffer) == model, "seed \(random.seed)")
    }
  }
}
