import ArgumentParser
import Files
import Foundation
import Parquet
import Tables

/// Writes a table of exposures as Parquet, or reads it, and prints what that took.
struct ParquetTask: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "parquet")

  enum Action: String, ExpressibleByArgument {
    case write
    case read
  }

  enum Codec: String, ExpressibleByArgument {
    case gzip
    case none

    var codec: WriterOptions.Codec { self == .gzip ? .gzip(level: 1) : .uncompressed }
  }

  @Argument var action: Action

  @Argument(help: "The file.") var path: String

  @Option var codec = Codec.gzip

  @Option var rows = 2_000_000

  @Option var seed: UInt64 = 1

  func run() throws {
    let measured = action == .write ? try write() : try read()
    print(String(decoding: try JSONEncoder().encode(measured), as: UTF8.self))
  }

  private func write() throws -> Measured {
    let table = ExposuresTable.table(rows: rows, seed: seed)
    return try Measured.run {
      let sink = try FileSink(path: path)
      var writer = try ParquetWriter(
        schema: table.schema,
        options: WriterOptions(codec: codec.codec),
        to: sink
      )
      try writer.append(table)
      try writer.finish()
      try sink.closeTemporary()
      return writer.byteCount
    }
  }

  private func read() throws -> Measured {
    try Measured.run {
      let reader = try ParquetReader(FileSource(path: path))
      var count = 0
      try reader.forEachBatch { count += $0.rowCount }
      guard count == reader.rowCount else { throw BenchError.wrongResult("parquet: \(count) rows") }
      return 0
    }
  }
}

/// A table as a summary of exposures is.
enum ExposuresTable {
  /// The columns of ``table(rows:seed:)``.
  static let schema = TableSchema(
    name: "exposures",
    sortColumns: [2, 6],
    [
      ColumnSchema("environment", .int64, nullable: true),
      ColumnSchema("feature_id", .int64),
      ColumnSchema("feature", .string),
      ColumnSchema("enabled", .boolean),
      ColumnSchema("value_type", .string),
      ColumnSchema("value", .string, nullable: true),
      ColumnSchema("identity", .string),
      ColumnSchema("first_exposed_at", .timestamp),
      ColumnSchema("last_exposed_at", .timestamp),
      ColumnSchema("windows", .int64),
      ColumnSchema("deliveries", .int64),
    ]
  )

  /// A table as a summary of exposures is: 40 features, each seen by its share of the identities,
  /// of which there are 8 for 100 rows; sorted by feature and identity.
  static func table(rows: Int, seed: UInt64) -> Table {
    var random = SplitMix64(state: seed)
    var identities = (0..<Swift.max(1, rows * 8 / 100)).map { _ in
      uuid(random.next(), random.next())
    }
    identities.sort()
    let features = 40
    var table = Table(schema)
    for feature in 0..<features {
      var wanted = rows * (feature + 1) / features - rows * feature / features
      for (place, identity) in identities.enumerated() where wanted > 0 {
        let left = identities.count - place
        guard wanted >= left || Int(random.next() % UInt64(left)) < wanted else { continue }
        wanted -= 1
        append(feature, identity, to: &table, random: &random)
      }
    }
    return table
  }

  private static func append(
    _ feature: Int,
    _ identity: String,
    to table: inout Table,
    random: inout SplitMix64
  ) {
    let bits = random.next()
    let isEnabled = bits & 7 != 0
    let first = 1_767_225_600_000_000 + Int64(random.next() % 2_592_000_000_000)
    table.columns[0].append(Int64(7))
    table.columns[1].append(Int64(100 + feature))
    table.columns[2].append(name(of: feature))
    table.columns[3].append(isEnabled)
    table.columns[4].append(feature % 3 == 0 ? "string" : feature % 3 == 1 ? "boolean" : "integer")
    if feature % 3 == 0 {
      table.columns[5].append("variant-\(bits >> 8 & 3)")
    } else if feature % 3 == 2 {
      table.columns[5].append("\(bits >> 8 & 15)")
    } else {
      table.columns[5].appendNull()
    }
    table.columns[6].append(identity)
    table.columns[7].append(first)
    table.columns[8].append(first + Int64(random.next() % 86_400_000_000))
    table.columns[9].append(Int64(1 + bits >> 16 & 15))
    table.columns[10].append(Int64(1 + bits >> 24 & 127))
  }

  /// The names sort as their numbers do.
  private static func name(of feature: Int) -> String {
    "feature_\(feature < 10 ? "0" : "")\(feature)_name"
  }

  private static func uuid(_ high: UInt64, _ low: UInt64) -> String {
    let digits = [high, low].map { word -> String in
      let text = String(word, radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }.joined()
    var text = ""
    for (place, digit) in digits.enumerated() {
      if [8, 12, 16, 20].contains(place) { text.append("-") }
      text.append(digit)
    }
    return text
  }
}
