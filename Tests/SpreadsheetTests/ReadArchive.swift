import Bytes
import CZlib
import Testing

/// A ZIP archive, read by its central directory, every header looked at.
struct ReadArchive {
  struct Entry {
    let name: String
    let bytes: [UInt8]
    /// The version that is needed to extract it.
    let version: UInt64
    let isStreamed: Bool
    /// The bytes between the headers of the entry and the next one's.
    let descriptorByteCount: Int
  }

  private(set) var entries: [Entry] = []
  let hasZip64End: Bool

  init(_ archive: [UInt8]) throws {
    func number(_ offset: Int, _ width: Int) -> Int {
      (0..<width).reversed().reduce(0) { $0 << 8 | Int(archive[offset + $1]) }
    }
    let end = archive.count - 22
    #expect(number(end, 4) == 0x0605_4B50)
    var count = number(end + 10, 2)
    var size = number(end + 12, 4)
    var place = number(end + 16, 4)
    let locator = end - 20
    hasZip64End = locator >= 0 && number(locator, 4) == 0x0706_4B50
    if hasZip64End {
      let record = number(locator + 8, 8)
      #expect(number(record, 4) == 0x0606_4B50 && number(record + 4, 8) == 44)
      #expect(record + 56 == locator)
      (count, size, place) = (
        number(record + 32, 8), number(record + 40, 8), number(record + 48, 8)
      )
      #expect(place + size == record)
    } else {
      #expect(place + size == end)
    }
    let directory = place
    var found: [(header: Int, offset: Int, compressed: Int, size: Int)] = []
    for _ in 0..<count {
      #expect(number(place, 4) == 0x0201_4B50)
      let nameLength = number(place + 28, 2)
      let extraLength = number(place + 30, 2)
      var extra = place + 46 + nameLength + 4
      func long(_ short: Int) -> Int {
        guard short == 0xFFFF_FFFF else { return short }
        extra += 8
        return number(extra - 8, 8)
      }
      let size = long(number(place + 24, 4))
      let compressed = long(number(place + 20, 4))
      found.append((place, long(number(place + 42, 4)), compressed, size))
      if extraLength > 0 { #expect(extra == place + 46 + nameLength + extraLength) }
      place += 46 + nameLength + extraLength
    }
    for (index, entry) in found.enumerated() {
      let local = entry.offset
      #expect(number(local, 4) == 0x0403_4B50)
      let nameLength = number(local + 26, 2)
      let data = local + 30 + nameLength + number(local + 28, 2)
      let name = String(decoding: archive[local + 30..<local + 30 + nameLength], as: UTF8.self)
      let isStreamed = number(local + 6, 2) == 8
      let compressed = Array(archive[data..<data + entry.compressed])
      let bytes = try Self.inflate(compressed, byteCount: entry.size)
      var checksum = CRC32()
      checksum.update(bytes.span)
      #expect(number(entry.header + 16, 4) == Int(checksum.value))
      // 1980-01-01, midnight.
      #expect(number(local + 10, 4) == 0x21_0000 && number(entry.header + 12, 4) == 0x21_0000)
      let next = index + 1 < found.count ? found[index + 1].offset : directory
      let rest = next - data - entry.compressed
      if isStreamed {
        #expect(number(local + 14, 12 / 2) == 0 && number(local + 20, 6) == 0)
        let descriptor = data + entry.compressed
        let width = (rest - 8) / 2
        #expect(number(descriptor, 4) == 0x0807_4B50)
        #expect(number(descriptor + 4, 4) == Int(checksum.value))
        #expect(number(descriptor + 8, width) == entry.compressed)
        #expect(number(descriptor + 8 + width, width) == entry.size)
      } else {
        #expect(number(local + 14, 4) == Int(checksum.value))
        #expect(rest == 0)
      }
      entries.append(
        Entry(
          name: name,
          bytes: bytes,
          version: UInt64(number(entry.header + 6, 2)),
          isStreamed: isStreamed,
          descriptorByteCount: rest
        )
      )
    }
  }

  func text(_ name: String) throws -> String {
    let entry = try #require(entries.first { $0.name == name })
    return String(decoding: entry.bytes, as: UTF8.self)
  }

  /// Inflates raw DEFLATE (RFC 1951), which must use up all bytes and give as many as promised.
  private static func inflate(_ compressed: [UInt8], byteCount: Int) throws -> [UInt8] {
    var stream = unsafe z_stream()
    let size = unsafe Int32(MemoryLayout<z_stream>.size)
    let began = unsafe inflateInit2_(&stream, -15, ZLIB_VERSION, size)
    try #require(began == Z_OK)
    defer { unsafe inflateEnd(&stream) }
    var input = compressed
    var output = [UInt8](repeating: 0, count: byteCount + 1)
    let status = unsafe input.withUnsafeMutableBufferPointer { source in
      unsafe output.withUnsafeMutableBufferPointer { target in
        unsafe stream.next_in = source.baseAddress
        unsafe stream.avail_in = UInt32(source.count)
        unsafe stream.next_out = target.baseAddress
        unsafe stream.avail_out = UInt32(target.count)
        return unsafe CZlib.inflate(&stream, Z_FINISH)
      }
    }
    try #require(status == Z_STREAM_END)
    let left = unsafe stream.avail_in
    let written = unsafe Int(stream.total_out)
    #expect(left == 0 && written == byteCount)
    output.removeLast()
    return output
  }
}
