import Bytes
import CKernels
import CZlib
import TestSupport
import Testing

@Suite("CRC-32")
struct CRC32KernelTests {
  private static func kernel(
    _ instructions: kernels_instructions,
    _ bytes: [UInt8],
    after crc: UInt32 = 0,
    _ pages: GuardedPages
  ) -> UInt32 {
    unsafe kernels_crc32(instructions, crc, pages.end(bytes), bytes.count)
  }

  private static func zlib(_ bytes: [UInt8], after crc: UInt32 = 0) -> UInt32 {
    UInt32(truncatingIfNeeded: unsafe crc32(UInt(crc), bytes, UInt32(bytes.count)))
  }

  @Test("of 123456789 is the check value", arguments: kernelInstructions.indices)
  func check(place: Int) throws {
    let pages = try GuardedPages()
    let bytes = Array("123456789".utf8)
    #expect(Self.kernel(kernelInstructions[place], bytes, pages) == 0xCBF4_3926)
    var checksum = CRC32()
    checksum.update(bytes.span)
    #expect(checksum.value == 0xCBF4_3926)
    #expect(CRC32().value == 0)
  }

  @Test("is that of zlib, for every length and beginning", arguments: kernelInstructions.indices)
  func lengths(place: Int) throws {
    let pages = try GuardedPages()
    var random = SeededGenerator(seed: TestSeed.value)
    for count in Array(0...600) + [1023, 1024, 1025, 4000, 4095, 4096] {
      let bytes = random.bytes(count, upTo: random.one(of: [0, 1, 255]))
      let crc = random.one(of: [0, UInt32.max, UInt32(truncatingIfNeeded: random.next())])
      #expect(
        Self.kernel(kernelInstructions[place], bytes, after: crc, pages)
          == Self.zlib(bytes, after: crc),
        "\(count) bytes after \(crc), seed \(random.seed)"
      )
    }
  }

  @Test("is the same for any pieces")
  func pieces() {
    for seed in TestSeed.cases(100) {
      var random = SeededGenerator(seed: seed)
      let bytes = random.bytes(random.number(0...2000))
      var checksum = CRC32()
      var start = 0
      while start < bytes.count {
        let end = min(bytes.count, start + random.one(of: [0, 1, 15, 16, 63, 64, 65, 256, 700]))
        checksum.update(bytes.span.extracting(start..<end))
        start = end
      }
      #expect(checksum.value == Self.zlib(bytes), "seed \(seed)")
    }
  }
}
