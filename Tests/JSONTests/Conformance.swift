import Bytes
import JSON
import TestSupport
import Testing

/// What the reader makes of bytes, as values that outlive the span.
enum Reading {
  /// Whether a document passes when it is skipped, or why not.
  static func skip(
    _ bytes: [UInt8],
    options: JSONReader.Options = JSONReader.Options()
  ) -> Result<Range<Int>, JSONError> {
    var reader = JSONReader(bytes.span, options: options)
    do throws(JSONError) {
      let range = try reader.skipValue()
      try reader.finish()
      return .success(range)
    } catch {
      return .failure(error)
    }
  }

  /// The document as `json.dumps(…, sort_keys=True)` writes it, by way of the tree, or why not.
  static func rewrite(
    _ bytes: [UInt8],
    options: JSONReader.Options = JSONReader.Options()
  ) -> Result<String, JSONError> {
    var reader = JSONReader(bytes.span, options: options)
    do throws(JSONError) {
      let tree = try JSONTree(reading: &reader)
      try reader.finish()
      var text: [UInt8] = []
      PythonText.append(tree, to: &text)
      return .success(String(decoding: text, as: UTF8.self))
    } catch {
      return .failure(error)
    }
  }

  /// The number that is the whole of `text`.
  static func number<Value>(
    _ text: String,
    options: JSONReader.Options = JSONReader.Options(),
    _ value: (borrowing JSONReader, JSONNumber) -> Value
  ) throws(JSONError) -> Value {
    let bytes = Array(text.utf8)
    var reader = JSONReader(bytes.span, options: options)
    let number = try reader.readNumber()
    try reader.finish()
    return value(reader, number)
  }
}

/// A row of `Fixtures/cases.tsv`.
struct ConformanceCase: CustomTestStringConvertible {
  enum Verdict: String {
    case accept
    case reject
    case either
  }

  let group: String
  let verdict: Verdict
  let options: JSONReader.Options
  let bytes: [UInt8]
  /// What Python writes for it.
  let expected: String

  var testDescription: String {
    let text = String(decoding: bytes.prefix(60), as: UTF8.self)
    return "\(group): \(text.debugDescription)\(bytes.count > 60 ? "…" : "")"
  }

  static func all() throws -> [ConformanceCase] {
    try Fixture.rows("cases.tsv").map { row in
      guard row.count == 5, let verdict = Verdict(rawValue: row[1]) else {
        throw FixtureFault(row: row)
      }
      return ConformanceCase(
        group: row[0],
        verdict: verdict,
        options: JSONReader.Options(allowsNonFiniteNumbers: row[2] == "python"),
        bytes: Hex.bytes(row[3]),
        expected: row[4]
      )
    }
  }
}

/// A row of a fixture that is not as its generator writes it.
struct FixtureFault: Error {
  let row: [String]
}
