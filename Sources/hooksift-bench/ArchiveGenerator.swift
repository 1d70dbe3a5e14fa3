import Archives
import Bytes
import Captures
import Files
import Foundation
import JSON
import Lake

/// What is known of a generated archive.
struct ArchiveTruth {
  var lineCount = 0
  /// Bytes of all lines, inflated.
  var lineBytes = 0
  /// Bytes of the file.
  var archiveBytes = 0
  var bodyLengths: [Int32] = []
  /// Observations in windows of 30 minutes.
  var observationCount = 0
}

/// Makes an archive like those of a busy day, the same for the same seed.
struct ArchiveGenerator {
  private static let key = Array("bench secret".utf8)
  /// 2026-11-01T00:00:00Z, in microseconds.
  private static let start: Int64 = 1_793_491_200_000_000

  let secret = Secret(name: "bench", key: key)
  private let flagCount: Int
  private let identityCount: Int
  private var random: SplitMix64
  private let keyedHash = KeyedHash(key: key)

  init(flagCount: Int, identityCount: Int, seed: UInt64) {
    self.flagCount = flagCount
    self.identityCount = identityCount
    random = SplitMix64(state: seed)
  }

  /// Writes an archive of `lineCount` deliveries over a day.
  mutating func write(lineCount: Int, to path: String) throws -> ArchiveTruth {
    var truth = ArchiveTruth()
    let file = try FileSink(path: path)
    let gzip = GzipSink(file)
    var windows: Set<String> = []
    for line in 0..<lineCount {
      let time = Self.start + Int64(line) * 86_400_000_000 / Int64(lineCount)
      // Log-uniform ranks: visits by Zipf's law with exponent 1.
      let share = Double(random.next() >> 11) / Double(1 << 53)
      let identity = Int(pow(Double(identityCount), share))
      windows.insert("\(identity) \(time / 1_800_000_000)")
      let body = body(of: identity)
      let text = record(body, receivedAt: time)
      try gzip.write(text.span)
      truth.lineBytes += text.count
      truth.bodyLengths.append(Int32(body.count))
    }
    try gzip.finish()
    try file.close()
    truth.lineCount = lineCount
    truth.observationCount = windows.count
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    truth.archiveBytes = (attributes[.size] as? Int) ?? 0
    return truth
  }

  private func record(_ body: [UInt8], receivedAt: Int64) -> [UInt8] {
    var hash = keyedHash
    hash.update(body.span)
    var text: [UInt8] = []
    text.append("{\"received_at\": \"")
    text.append(timestamp: receivedAt)
    text.append(
      """
      ", "method": "POST", "path": "/flagsmith", "headers": {"Host": "hooks.example.com", \
      "User-Agent": "python-requests/2.33.0", "Accept-Encoding": "gzip, deflate", "Accept": "*/*", \
      "Connection": "keep-alive", "content-type": "application/json", "X-Flagsmith-Signature": "
      """
    )
    text += hash.finalize().hexadecimalBytes
    text.append("\", \"Content-Length\": \"")
    text.append(decimal: Int64(body.count))
    text.append("\"}, \"body\": ")
    PythonText.append(string: body.span, .escaped, to: &text)
    text.append("}\n")
    return text
  }

  private func body(of identity: Int) -> [UInt8] {
    let flags = (0..<flagCount).map { flag($0, identity) }.joined(separator: ", ")
    let segments = (0..<5).map {
      "{\"id\": \($0), \"member\": \((identity >> $0) % 3 == 0), \"name\": \"segment_\($0)\"}"
    }.joined(separator: ", ")
    let plans = ["free", "pro", "team"]
    let traits = """
      {"id": \(identity), "trait_key": "plan", "trait_value": "\(plans[identity % 3])", "transient": false}, \
      {"id": \(identity + 1), "trait_key": "purchases", "trait_value": \(identity % 17), "transient": false}, \
      {"id": \(identity + 2), "trait_key": "revenue", "trait_value": \(identity % 100).5, "transient": false}
      """
    let text = """
      {"flags": [\(flags)], "identity": "user-\(identity)@example.com", "segments": [\(segments)], \
      "traits": [\(traits)]}
      """
    return Array(text.utf8)
  }

  private func flag(_ index: Int, _ identity: Int) -> String {
    let isMultivariate = index < 6
    let arm = (identity &* 31 &+ index &* 17) % 3
    let value = isMultivariate ? "\"variant_\(arm)\"" : "null"
    let allocation =
      isMultivariate ? ", \"percentage_allocation\": \(arm == 0 ? "null" : "33.0")" : ""
    return """
      {"enabled": true, "environment": 2, "feature": {"created_date": "2026-01-\(10 + index % 20)T08:15:30.123456Z", \
      "default_enabled": true, "description": "What feature number \(index) is for, in a sentence", "id": \(100 + index), \
      "initial_value": \(isMultivariate ? "\"variant_0\"" : "null"), "name": "feature_number_\(index)", \
      "type": "\(isMultivariate ? "MULTIVARIATE" : "STANDARD")"}, "feature_segment": null, \
      "feature_state_value": \(value), "id": \(1000 + index), "identity": null\(allocation)}
      """
  }
}

/// SplitMix64: Steele, Lea, Flood, *Fast splittable pseudorandom number generators*, 2014.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
