internal import Archives
internal import Bytes
internal import Files
internal import JSON
internal import Parquet
internal import Tables

/// Checks whether files of events can be what a metric takes them for, by their beginnings.
struct EventFileCheck {
  /// How many rows of a file are looked at.
  static let rowLimit = 10_000
  /// How many files.
  static let fileLimit = 1000

  private let source: ExperimentPlan.EventSource
  /// The columns that must be there.
  private let columns: [(role: String, name: String)]

  init(_ source: ExperimentPlan.EventSource, needsValue: Bool) {
    self.source = source
    var columns = [("identity", source.columns.identity), ("time", source.columns.time)]
    if source.event != nil { columns.append(("event", source.columns.event)) }
    if needsValue { columns.append(("value", source.columns.value)) }
    self.columns = columns
  }

  /// - Parameter key: The path of the source in the plan.
  /// - Returns: The faults of the first file that has any, or what is said of the event.
  func findings(_ key: String) -> [PlanFinding] {
    var events: Set<ByteText> = []
    var isWhole = true
    do throws(Problem) {
      let paths = try files()
      for path in paths.prefix(Self.fileLimit) {
        let sample = try EventSample(path, format(of: path), source, limit: Self.rowLimit)
        for (role, name) in columns where !sample.columns.contains(ByteText(name)) {
          let known = sample.columns.map(\.string)
          let advice = Spelling.advice(name, known: known, of: "columns")
          throw Problem(
            .eventColumn,
            "columns.\(role)",
            "\(path): there is no column \(name); \(known.isEmpty ? "it is empty" : advice)"
          )
        }
        events.formUnion(sample.events)
        isWhole = isWhole && sample.isWhole
      }
      if paths.count > Self.fileLimit { isWhole = false }
    } catch {
      return [finding(.error, error.code, "\(key).\(error.key)", error.message)]
    }
    guard let event = source.event, !events.contains(ByteText(event)) else { return [] }
    guard isWhole else {
      let message =
        "\(event) is not among the first \(Self.rowLimit) rows of \(source.path); it may come later"
      return [finding(.warning, .unknownEvent, "\(key).event", message)]
    }
    let known = events.sorted().map(\.string)
    let advice = Spelling.advice(event, known: known, of: "events")
    let what = known.isEmpty ? "there are no events in it" : advice
    return [
      finding(.error, .unknownEvent, "\(key).event", "\(event) is not in \(source.path); \(what)")
    ]
  }

  private func finding(
    _ severity: PlanFinding.Severity,
    _ code: PlanFinding.Code,
    _ key: String,
    _ message: String
  ) -> PlanFinding {
    PlanFinding(severity: severity, code: code, key: key, message: message)
  }

  /// Why the files are not what they are taken for.
  struct Problem: Error {
    let code: PlanFinding.Code
    let key: String
    let message: String

    init(_ code: PlanFinding.Code, _ key: String, _ message: String) {
      self.code = code
      self.key = key
      self.message = message
    }
  }

  // MARK: - Files

  /// The files that the path means: one, those of a directory, or those that a pattern with `*` in its last part fits.
  private func files() throws(Problem) -> [String] {
    let path = source.path
    if FileSystem.isRegularFile(path) { return [path] }
    let slash = path.lastIndex(of: "/") ?? path.startIndex
    let name = String(path[slash...].dropFirst())
    if name.contains("*") {
      let files = try list(String(path[..<slash])).filter { Self.fits($0, name) }
        .map { "\(path[..<slash])/\($0)" }.filter(FileSystem.isRegularFile)
      guard !files.isEmpty else {
        throw Problem(.eventFile, "events", "\(path): no file has such a name")
      }
      return files
    }
    guard FileSystem.exists(path) else {
      throw Problem(.eventFile, "events", "\(path): there is no such file")
    }
    let files = try list(path).map { "\(path)/\($0)" }
      .filter { FileSystem.isRegularFile($0) && Self.format(ofName: $0) != nil }
    guard !files.isEmpty else {
      throw Problem(
        .eventFile,
        "events",
        "\(path): there is no file in it that is named .csv, .jsonl, .ndjson or .parquet"
      )
    }
    return files
  }

  private func list(_ directory: String) throws(Problem) -> [String] {
    do {
      return try FileSystem.list(directory)
    } catch {
      throw Problem(.eventFile, "events", "\(error)")
    }
  }

  /// Whether a name is of the form of a pattern, in which `*` stands for any text.
  static func fits(_ name: String, _ pattern: String) -> Bool {
    let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
    guard let first = parts.first, let last = parts.last, parts.count > 1 else {
      return name == pattern
    }
    guard name.count >= first.count + last.count, name.hasPrefix(first), name.hasSuffix(last) else {
      return false
    }
    var rest = name.dropFirst(first.count).dropLast(last.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let range = rest.firstRange(of: part) else { return false }
      rest = rest[range.upperBound...]
    }
    return true
  }

  private func format(
    of path: String
  ) throws(Problem) -> ExperimentPlan.EventSource.Format {
    if let format = source.format ?? Self.format(ofName: path) { return format }
    throw Problem(
      .eventFile,
      "format",
      "\(path): its name does not say which format it has; say csv, jsonl or parquet"
    )
  }

  private static func format(ofName path: String) -> ExperimentPlan.EventSource.Format? {
    let name = path.lowercased()
    let plain = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
    if plain.hasSuffix(".csv") { return .csv }
    if plain.hasSuffix(".jsonl") || plain.hasSuffix(".ndjson") { return .jsonl }
    return name.hasSuffix(".parquet") ? .parquet : nil
  }
}

/// The beginning of a file of events.
private struct EventSample {
  /// How many bytes a line may have, and how many a record of CSV.
  private static let lineLimit = 1 << 20
  /// How many distinct names of events or columns are kept.
  private static let nameLimit = 10_000

  /// The names of the columns; of members, those that any of the rows has.
  private(set) var columns: [ByteText] = []
  private(set) var events: Set<ByteText> = []
  /// Whether no row is left.
  private(set) var isWhole = false
  private var rowCount = 0
  private let limit: Int
  private let eventColumn: ByteText

  init(
    _ path: String,
    _ format: ExperimentPlan.EventSource.Format,
    _ source: ExperimentPlan.EventSource,
    limit: Int
  ) throws(EventFileCheck.Problem) {
    self.limit = limit
    eventColumn = ByteText(source.columns.event)
    do {
      switch format {
      case .csv: try readCSV(path)
      case .jsonl: try readLines(path)
      case .parquet: try readParquet(path)
      }
    } catch let problem as EventFileCheck.Problem {
      throw problem
    } catch let error as ParquetError {
      throw EventFileCheck.Problem(
        .eventFile,
        "events",
        "\(path): cannot be read as Parquet: \(error)"
      )
    } catch {
      throw EventFileCheck.Problem(.eventFile, "events", "\(error)")
    }
  }

  private mutating func add(event: ByteText) {
    if events.count < Self.nameLimit { events.insert(event) }
  }

  // MARK: - CSV

  private mutating func readCSV(_ path: String) throws {
    var reader = try ArchiveReader(Archive(path: path), maximumLineLength: Self.lineLimit)
    var record = CSVRecord(byteLimit: Self.lineLimit)
    var eventPlace: Int?
    while rowCount <= limit {
      guard try reader.next() == .line else {
        isWhole = true
        return
      }
      guard record.append(reader.bytes) else { continue }
      let fields = record.take()
      if rowCount == 0 {
        columns = fields
        eventPlace = fields.firstIndex(of: eventColumn)
      } else if let eventPlace, eventPlace < fields.count {
        add(event: fields[eventPlace])
      }
      rowCount += 1
    }
  }

  // MARK: - JSON Lines

  private mutating func readLines(_ path: String) throws {
    var reader = try ArchiveReader(Archive(path: path), maximumLineLength: Self.lineLimit)
    var goodCount = 0
    while rowCount < limit {
      guard try reader.next() == .line else {
        isWhole = true
        break
      }
      rowCount += 1
      if (try? read(reader.bytes)) != nil { goodCount += 1 }
    }
    guard goodCount > 0 || rowCount == 0 else {
      throw EventFileCheck.Problem(
        .eventFile,
        "events",
        "\(path): none of the first \(rowCount) lines is an object of JSON"
      )
    }
  }

  private mutating func read(_ line: Span<UInt8>) throws(JSONError) {
    var reader = JSONReader(line)
    try reader.beginObject()
    while let key = try reader.nextKey() {
      let name = Self.text(key, reader)
      if columns.count < Self.nameLimit, !columns.contains(name) { columns.append(name) }
      let token = try reader.readToken()
      if name == eventColumn, case .string(let text) = token {
        add(event: Self.text(text, reader))
      }
    }
    try reader.finish()
  }

  private static func text(_ string: JSONString, _ reader: borrowing JSONReader) -> ByteText {
    var plain = ByteBuffer(minimumCapacity: string.range.count)
    _ = reader.unescape(string, into: &plain)
    return ByteText(plain.span)
  }

  // MARK: - Parquet

  private mutating func readParquet(_ path: String) throws {
    let reader = try ParquetReader(FileSource(path: path))
    columns = reader.schema.columns.map { ByteText($0.name) }
    guard let place = columns.firstIndex(of: eventColumn) else {
      isWhole = true
      return
    }
    guard reader.schema.columns[place].type == .string else {
      throw EventFileCheck.Problem(
        .eventColumn,
        "columns.event",
        "\(path): column \(eventColumn.string) is not text"
      )
    }
    var cursor = BatchCursor(reader, columns: [place])
    while rowCount < limit {
      guard let batch = try cursor.next() else {
        isWhole = true
        return
      }
      let texts = batch.columns[0].texts
      for row in 0..<batch.rowCount where !batch.columns[0].isNull(row) {
        add(event: ByteText(texts[row]))
      }
      rowCount += batch.rowCount
    }
    isWhole = rowCount >= reader.rowCount
  }
}

/// A record of CSV (RFC 4180), put together from its lines.
private struct CSVRecord {
  private let byteLimit: Int
  private var bytes: [UInt8] = []
  /// Whether a field in quotes goes on in the next line.
  private var isInQuotes = false

  init(byteLimit: Int) { self.byteLimit = byteLimit }

  /// Adds a line; returns whether the record ends with it.
  mutating func append(_ line: Span<UInt8>) -> Bool {
    if isInQuotes { bytes.append(UInt8(ascii: "\n")) }
    for index in line.indices {
      if line[index] == UInt8(ascii: "\"") { isInQuotes.toggle() }
      bytes.append(line[index])
    }
    if bytes.count > byteLimit { isInQuotes = false }
    return !isInQuotes
  }

  /// The fields, after which the record is empty.
  mutating func take() -> [ByteText] {
    if bytes.last == 0x0D { bytes.removeLast() }
    var fields: [ByteText] = []
    var field: [UInt8] = []
    var isQuoted = false
    var place = 0
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      switch byte {
      case UInt8(ascii: "\"") where isQuoted && place < bytes.count && bytes[place] == byte:
        field.append(byte)
        place += 1
      case UInt8(ascii: "\""): isQuoted.toggle()
      case UInt8(ascii: ",") where !isQuoted:
        fields.append(ByteText(field.span))
        field.removeAll(keepingCapacity: true)
      default: field.append(byte)
      }
    }
    fields.append(ByteText(field.span))
    bytes.removeAll(keepingCapacity: true)
    isInQuotes = false
    return fields
  }
}
