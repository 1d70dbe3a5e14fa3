import Archives
import Bytes
import Captures
import Files
import Foundation
import JSON

/// What is known of generated archives.
struct ArchiveTruth: Codable {
  var shape: ArchiveShape
  var seed: UInt64
  var archiveCount = 0
  var lineCount = 0
  /// Bytes of all lines, inflated.
  var lineBytes = 0
  var bodyBytes = 0
  /// Bytes of the files.
  var archiveBytes = 0
  /// Observations in windows of 30 minutes.
  var observationCount = 0
  var identityCount = 0
}

/// Makes archives like those of a busy day, the same for the same seed.
struct ArchiveGenerator {
  static let secretText = "bench secret"
  static let key = Array(secretText.utf8)
  /// 2026-11-01T00:00:00Z, in microseconds.
  static let start: Int64 = 1_793_491_200_000_000
  static let day: Int64 = 86_400_000_000

  static var secret: Secret { Secret(name: "bench", key: key) }

  private let shape: ArchiveShape
  private let identityCount: Int
  private var random: SplitMix64
  private let keyedHash = KeyedHash(key: key)
  /// For every flag the texts of its variants.
  private let flags: [[[UInt8]]]
  private var order: [Int]
  private var body: [UInt8] = []
  private var line: [UInt8] = []
  private(set) var truth: ArchiveTruth
  private var windows: Set<UInt64> = []
  private var identities: Set<Int> = []

  init(_ shape: ArchiveShape, identityCount: Int, seed: UInt64) {
    self.shape = shape
    self.identityCount = identityCount
    random = SplitMix64(state: seed)
    truth = ArchiveTruth(shape: shape, seed: seed)
    order = Array(0..<shape.flagCount)
    flags = (0..<shape.flagCount).map { index in
      (0..<3).map { Array(Self.flag(index, variant: $0, shape).utf8) }
    }
  }

  /// Writes an archive of lines `range` of the `total` that are spread over a day.
  ///
  /// - Parameters:
  ///   - range: The lines.
  ///   - total: How many lines the day has.
  ///   - day: How many days after the first.
  ///   - path: The archive.
  /// - Throws: ``FileFailure``.
  mutating func write(
    _ range: Range<Int>,
    of total: Int,
    day: Int = 0,
    to path: String
  ) throws {
    let file = try FileSink(path: path)
    let gzip = DeflateSink(file, .gzip)
    for number in range {
      let time = Self.start + Int64(day) * Self.day + Int64(number) * Self.day / Int64(total)
      let identity = visitor(number)
      count(identity, time, number)
      makeBody(identity, number)
      Self.write(body, keyedHash, time, to: &line)
      try gzip.write(line.span)
      truth.lineBytes += line.count
      truth.bodyBytes += body.count
    }
    try gzip.finish()
    try file.closeTemporary()
    truth.archiveCount += 1
    truth.lineCount += range.count
    truth.archiveBytes += Archive(path: path).byteCount ?? 0
    truth.identityCount = shape == .scattered ? truth.lineCount : identities.count
    truth.observationCount = shape == .scattered ? truth.lineCount : windows.count
  }

  /// Who comes: log-uniform ranks, which are visits by Zipf's law with exponent 1.
  private mutating func visitor(_ number: Int) -> Int {
    if shape == .scattered { return number }
    let share = Double(random.next() >> 11) / Double(1 << 53)
    return Int(pow(Double(identityCount), share))
  }

  private mutating func count(_ identity: Int, _ time: Int64, _ number: Int) {
    guard shape != .scattered else { return }
    identities.insert(identity)
    let window = UInt64(time / 1_800_000_000)
    // Where every line has flags of its own, every line is an observation.
    windows.insert(shape == .unique ? UInt64(number) : UInt64(identity) << 32 | window)
  }

  /// Replaces `line` by the capture of a body.
  static func write(
    _ body: [UInt8],
    _ keyedHash: KeyedHash,
    _ time: Int64,
    to line: inout [UInt8]
  ) {
    var hash = keyedHash
    hash.update(body.span)
    line.removeAll(keepingCapacity: true)
    line.append("{\"received_at\": \"")
    line.append(timestamp: time)
    line.append(
      """
      ", "method": "POST", "path": "/flagsmith", "headers": {"Host": "hooks.example.com", \
      "User-Agent": "python-requests/2.33.0", "Accept-Encoding": "gzip, deflate", "Accept": "*/*", \
      "Connection": "keep-alive", "content-type": "application/json", "X-Flagsmith-Signature": "
      """
    )
    line += hash.finalize().hexadecimalBytes
    line.append("\", \"Content-Length\": \"")
    line.append(decimal: Int64(body.count))
    line.append("\"}, \"body\": ")
    PythonText.append(string: body.span, .escaped, to: &line)
    line.append("}\n")
  }

  private mutating func makeBody(_ identity: Int, _ number: Int) {
    if shape == .shuffled { order.shuffle(using: &random) }
    body.removeAll(keepingCapacity: true)
    body.append("{\"flags\": [")
    for (place, index) in order.enumerated() {
      if place > 0 { body.append(", ") }
      if shape == .unique, place == 0 {
        body += Self.flag(index, value: "\"value of line \(number)\"", shape).utf8
      } else {
        let mixed = SplitMix64.mixed(UInt64(identity) &* 64 &+ UInt64(index))
        body += flags[index][index < shape.multivariateCount ? Int(mixed % 3) : 0]
      }
    }
    body.append("], \"identity\": \"user-")
    body.append(decimal: Int64(identity))
    body.append("@example.com\", \"segments\": [")
    for segment in 0..<shape.segmentCount {
      if segment > 0 { body.append(", ") }
      body.append("{\"id\": ")
      body.append(decimal: Int64(segment))
      body.append((identity >> segment) % 3 == 0 ? ", \"member\": true" : ", \"member\": false")
      body.append(", \"name\": \"segment_")
      body.append(decimal: Int64(segment))
      body.append("\"}")
    }
    body.append("], \"traits\": [")
    for trait in 0..<shape.traitCount {
      if trait > 0 { body.append(", ") }
      body.append("{\"id\": ")
      body.append(decimal: Int64(identity * 3 + trait))
      switch trait {
      case 0:
        let plans: [StaticString] = ["free", "pro", "team"]
        body.append(", \"trait_key\": \"plan\", \"trait_value\": \"")
        body.append(plans[identity % 3])
        body.append("\"")
      case 1:
        body.append(", \"trait_key\": \"purchases\", \"trait_value\": ")
        body.append(decimal: Int64(identity % 17))
      default:
        body.append(", \"trait_key\": \"revenue\", \"trait_value\": ")
        body.append(decimal: Int64(identity % 100))
        body.append(".5")
      }
      body.append(", \"transient\": false}")
    }
    body.append("]}")
  }

  private static func flag(_ index: Int, variant: Int, _ shape: ArchiveShape) -> String {
    flag(
      index,
      value: index < shape.multivariateCount ? "\"variant_\(variant)\"" : "null",
      allocation: variant == 0 ? "null" : "33.0",
      shape
    )
  }

  private static func flag(
    _ index: Int,
    value: String,
    allocation: String = "33.0",
    _ shape: ArchiveShape
  ) -> String {
    let isMultivariate = index < shape.multivariateCount
    return """
      {"enabled": true, "environment": 2, "feature": {"created_date": "2026-01-\(10 + index % 20)T08:15:30.123456Z", \
      "default_enabled": true, "description": "What feature number \(index) is for, in a sentence", "id": \(100 + index), \
      "initial_value": \(isMultivariate ? "\"variant_0\"" : "null"), "name": "feature_number_\(index)", \
      "type": "\(isMultivariate ? "MULTIVARIATE" : "STANDARD")"}, "feature_segment": null, \
      "feature_state_value": \(value), "id": \(1000 + index), "identity": null\
      \(isMultivariate ? ", \"percentage_allocation\": \(allocation)" : "")}
      """
  }
}

/// SplitMix64: Steele, Lea, Flood, *Fast splittable pseudorandom number generators*, 2014.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mixed(state)
  }

  /// A number that looks random, always the same for `number`.
  static func mixed(_ number: UInt64) -> UInt64 {
    var mixed = number
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
