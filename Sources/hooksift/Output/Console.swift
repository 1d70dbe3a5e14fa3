import Foundation
import Logging

/// What hooksift says to the person who runs it: always to standard error, never data.
struct Console: Sendable {
  /// How messages are written.
  enum Format: String, CaseIterable, Sendable {
    case text
    case json
  }

  /// What is said.
  enum Level: String, CaseIterable, Sendable {
    case debug
    case info
    case warning
    case error
  }

  /// Where messages go before the options are known.
  static let standard = Console(format: .text, level: .info, isQuiet: false, showsProgress: false)

  private let logger: Logger
  private let format: Format
  private let isQuiet: Bool
  private let showsProgress: Bool

  init(format: Format, level: Level, isQuiet: Bool, showsProgress: Bool) {
    self.format = format
    self.isQuiet = isQuiet
    self.showsProgress = showsProgress && isatty(STDERR_FILENO) == 1
    var logger = Logger(label: "hooksift") { _ in StandardErrorHandler(format: format) }
    logger.logLevel = isQuiet ? .error : Logger.Level(rawValue: level.rawValue) ?? .info
    self.logger = logger
  }

  func error(_ message: String) { logger.error("\(message)") }

  func warning(_ message: String) { logger.warning("\(message)") }

  func info(_ message: String) { logger.info("\(message)") }

  /// Says how far a run is, on a terminal alone.
  func progress(_ done: Int, of total: Int, _ what: String) {
    guard showsProgress, !isQuiet else { return }
    let end = done == total ? "\r\u{1B}[K" : ""
    Self.write("\r\u{1B}[K\(done)/\(total) \(what)\(end)")
  }

  /// Writes the closing table of a run.
  func table(_ rows: [(name: String, value: String, remark: String)]) {
    guard !isQuiet else { return }
    switch format {
    case .text:
      let nameWidth = rows.map(\.name.count).max() ?? 0
      let valueWidth = rows.map(\.value.count).max() ?? 0
      for row in rows {
        let name = row.name + String(repeating: " ", count: nameWidth - row.name.count)
        let value = String(repeating: " ", count: valueWidth - row.value.count) + row.value
        let line = "  \(name)  \(value)" + (row.remark.isEmpty ? "" : "  \(row.remark)")
        Self.write(line + "\n")
      }
    case .json:
      var metadata: Logger.Metadata = [:]
      for row in rows {
        let key = row.name.trimmingCharacters(in: .whitespaces)
        metadata[key] = "\(row.value.replacing(",", with: ""))"
      }
      logger.info("done", metadata: metadata)
    }
  }

  static func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}

/// Writes log messages to standard error, as lines of text or of JSON.
private struct StandardErrorHandler: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.info
  let format: Console.Format

  init(format: Console.Format) { self.format = format }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    switch format {
    case .text:
      let prefix = event.level >= .warning ? "\(event.level.rawValue): " : ""
      Console.write("hooksift: \(prefix)\(event.message)\n")
    case .json:
      var fields = ["level": event.level.rawValue, "message": "\(event.message)"]
      for (key, value) in event.metadata ?? [:] { fields[key] = "\(value)" }
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      guard let line = try? encoder.encode(fields) else { return }
      Console.write(String(decoding: line, as: UTF8.self) + "\n")
    }
  }
}
