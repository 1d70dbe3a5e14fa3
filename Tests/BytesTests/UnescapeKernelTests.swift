import Bytes
import CKernels
import Foundation
import TestSupport
import Testing

/// The instructions that this processor has.
let kernelInstructions = [kernels_portable, kernels_avx2, kernels_avx512].filter {
  $0.rawValue <= kernels_best_instructions().rawValue
}

@Suite("Unescaping by wide instructions")
struct UnescapeKernelTests {
  /// What is simple, byte by byte.
  private static func naive(_ source: [UInt8]) -> (consumed: Int, text: [UInt8]) {
    var text: [UInt8] = []
    var place = 0
    while place < source.count {
      let byte = source[place]
      if byte == 0x5C {
        guard place + 1 < source.count, [0x22, 0x5C, 0x2F].contains(source[place + 1]) else {
          break
        }
        text.append(source[place + 1])
        place += 2
      } else if byte == 0x22 || byte < 0x20 || byte > 0x7F {
        break
      } else {
        text.append(byte)
        place += 1
      }
    }
    return (place, text)
  }

  /// Bytes of which few end what is simple.
  private static func source(_ count: Int, _ random: inout SeededGenerator) -> [UInt8] {
    let stops = random.one(of: [0, 0, 0, 1, 20])
    var source: [UInt8] = []
    while source.count < count {
      switch random.number(0...9) {
      case 0: source += [UInt8](repeating: 0x5C, count: random.number(1...9))
      case 1: source += [UInt8](repeating: 0x5C, count: 2 * random.number(1...70))
      case 2, 3: source += Array("\\\"".utf8)
      case 4: source += Array("\\/".utf8)
      case 5: source += [UInt8](repeating: 0x61, count: random.number(1...80))
      default: source.append(random.one(of: [0x20, 0x2F, 0x5B, 0x5D, 0x61, 0x7F]))
      }
      if random.number(0...99) < stops {
        source.append(random.one(of: [0x22, 0x00, 0x0A, 0x1F, 0x80, 0xC3, 0xFF, 0x5C]))
      }
    }
    return Array(source.prefix(count))
  }

  @Test(
    "gives what a loop gives, and touches no byte beyond",
    arguments: kernelInstructions.indices
  )
  func law(place: Int) throws {
    let instructions = kernelInstructions[place]
    let pages = try GuardedPages()
    for count in 0...200 {
      for seed in TestSeed.cases(20) {
        var random = SeededGenerator(seed: seed &+ UInt64(count))
        let source = Self.source(count, &random)
        let truth = Self.naive(source)
        // The source ends where its last page does; reading on would end the process.
        let start = unsafe pages.end(source)
        let room = count + Int(kernels_unescape_slack)
        var target = [UInt8](repeating: 0xA5, count: room + 64)
        let progress = unsafe target.withUnsafeMutableBufferPointer { buffer in
          unsafe buffer.baseAddress.map {
            unsafe kernels_unescape(instructions, start, count, $0)
          }
        }
        let consumed = progress.map { Int($0.consumed) }
        #expect(consumed == truth.consumed, "\(instructions), seed \(random.seed), \(count)")
        #expect(
          progress.map { Int($0.written) } == truth.text.count,
          "seed \(random.seed), \(count)"
        )
        #expect(target.starts(with: truth.text), "\(instructions), seed \(random.seed), \(count)")
        #expect(target[room...].allSatisfy { $0 == 0xA5 }, "seed \(random.seed), \(count)")
      }
    }
  }

  @Test("never reads past the end of long sources", arguments: kernelInstructions.indices)
  func long(place: Int) throws {
    let pages = try GuardedPages()
    for seed in TestSeed.cases(200) {
      var random = SeededGenerator(seed: seed)
      let source = Self.source(random.number(200...4096), &random)
      let truth = Self.naive(source)
      var target = [UInt8](repeating: 0, count: source.count + Int(kernels_unescape_slack))
      let start = unsafe pages.end(source)
      let written = unsafe target.withUnsafeMutableBufferPointer { buffer -> Int? in
        unsafe buffer.baseAddress.map {
          Int(unsafe kernels_unescape(kernelInstructions[place], start, source.count, $0).written)
        }
      }
      #expect(written == truth.text.count, "seed \(seed)")
      #expect(target.starts(with: truth.text), "seed \(seed)")
    }
  }
}

/// Two pages of memory, of which the second may not be touched.
@safe
final class GuardedPages {
  struct Refused: Error {}

  private let base: UnsafeMutableRawPointer
  private let length = Int(getpagesize())

  init() throws {
    let pages = unsafe mmap(
      nil,
      2 * length,
      PROT_READ | PROT_WRITE,
      MAP_PRIVATE | MAP_ANONYMOUS,
      -1,
      0
    )
    guard let pages = unsafe pages, unsafe pages != MAP_FAILED,
      unsafe mprotect(pages + length, length, PROT_NONE) == 0
    else { throw Refused() }
    unsafe base = pages
  }

  deinit { unsafe munmap(base, 2 * length) }

  /// Puts `bytes`, no more than a page, at the end of the first page.
  ///
  /// - Returns: Where they begin.
  func end(_ bytes: [UInt8]) -> UnsafePointer<UInt8> {
    let start = unsafe base + (length - bytes.count)
    unsafe bytes.withUnsafeBytes { bytes in
      if let address = bytes.baseAddress {
        unsafe start.copyMemory(from: address, byteCount: bytes.count)
      }
    }
    return unsafe UnsafePointer(start.assumingMemoryBound(to: UInt8.self))
  }
}
