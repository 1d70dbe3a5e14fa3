internal import Foundation

/// Small files of JSON, with names of members in snake case.
package enum JSONFile {
  /// Reads the value in a file.
  ///
  /// - Parameters:
  ///   - type: Its type.
  ///   - path: The file.
  /// - Returns: The value.
  /// - Throws: ``FileFailure``, or `DecodingError` where the file holds something else.
  package static func read<Value: Decodable>(_ type: Value.Type, _ path: String) throws -> Value {
    let source = try FileSource(path: path)
    let bytes = try source.read(at: 0, count: source.byteCount)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(type, from: Data(bytes))
  }

  /// Writes a value durably, always in the same bytes.
  ///
  /// - Parameters:
  ///   - value: The value.
  ///   - path: The file.
  /// - Throws: ``FileFailure``.
  package static func write(_ value: some Encodable, to path: String) throws {
    let sink = try FileSink(path: path)
    try sink.write([UInt8](try data(value)).span)
    try sink.close()
  }

  /// The text that is written of a value, always the same.
  ///
  /// - Parameter value: The value, without numbers that JSON has none of.
  /// - Returns: The text.
  /// - Throws: `EncodingError` for a number that is not finite.
  package static func text(_ value: some Encodable) throws -> String {
    String(decoding: try data(value), as: UTF8.self)
  }

  private static func data(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return try encoder.encode(value)
  }
}
