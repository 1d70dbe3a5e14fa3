import Bytes
import Tables

/// Which rows and columns of a table are exported.
struct TableSelection {
  /// The columns that are written.
  let schema: TableSchema
  /// The places of the columns that are written or looked at, in their order.
  let needed: [Int]
  private let source: TableSchema
  /// The places of the columns that are written, in `needed`.
  private let chosen: [Int]
  /// Conditions, and the places of their columns in `needed`.
  private let conditions: [(column: Int, condition: RowCondition)]

  /// - Parameters:
  ///   - source: The columns of the table.
  ///   - columns: The names of those to write, with commas between them; all where it is `nil`.
  ///   - filters: Conditions that all must hold, such as `deliveries>=2`.
  ///   - days: The days of the first column, in days since 1970-01-01; `until` exclusive.
  ///   - day: The day at whose end stays that are taken last, in days since 1970-01-01.
  /// - Throws: ``CommandFailure`` for a name that is none, or a condition that makes no sense.
  init(
    _ source: TableSchema,
    columns: String?,
    filters: [String],
    days: (since: Int?, until: Int?),
    lastingOn day: Int? = nil
  ) throws {
    let written =
      try columns.map { try source.places(listed: $0) } ?? Array(source.columns.indices)
    var conditions = try filters.map { try source.condition($0) }
    if days.since != nil || days.until != nil {
      guard source.index(of: "date") == 0 else {
        throw CommandFailure(
          .usage,
          "--since and --until: the table \(source.name) has no dates; summarize with them instead"
        )
      }
      if let since = days.since {
        conditions.append((0, RowCondition(.greaterOrEqual, .integer(Int64(since)))))
      }
      if let until = days.until {
        conditions.append((0, RowCondition(.less, .integer(Int64(until)))))
      }
    }
    if let day = day.map({ RowCondition.Value.integer(Int64($0)) }) {
      guard let entered = source.index(of: "entered"), let left = source.index(of: "left") else {
        throw CommandFailure(
          .usage,
          "--as-of: the table \(source.name) has no stays; it is for cohort_members"
        )
      }
      conditions.append((entered, RowCondition(.lessOrEqual, day)))
      // Who has not left has no date.
      conditions.append((left, RowCondition(.lessOrEqual, day, isNegated: true)))
    }
    let needed = Set(written + conditions.map(\.column)).sorted()
    let places = Dictionary(uniqueKeysWithValues: zip(needed, needed.indices))
    self.source = source
    self.needed = needed
    schema = source.picking(written)
    chosen = written.compactMap { places[$0] }
    self.conditions = conditions.compactMap { column, condition in
      places[column].map { ($0, condition) }
    }
  }

  /// Whether a row with an integer in the first column of the table may be taken.
  func mayTake(first value: Int64) -> Bool {
    guard needed.first == 0 else { return true }
    var cell = Column(source.columns[0])
    cell.append(value)
    return conditions.allSatisfy { $0.column > 0 || $0.condition.holds(cell, 0) }
  }

  /// What is taken of a batch of the columns that are needed.
  func apply(to batch: Table) -> Table {
    batch.picking(batch.places(where: conditions), columns: chosen, schema)
  }
}

extension TableSchema {
  /// The places of columns whose names stand with commas between them; a name may have commas itself.
  fileprivate func places(listed text: String) throws -> [Int] {
    var places: [Int] = []
    var rest = Substring(text)
    while true {
      let end = rest.firstIndex(of: ",") ?? rest.endIndex
      let place =
        longestName(of: rest) { $0.isEmpty || $0.first == "," }
        ?? index(of: String(rest[..<end]))
      guard let place else {
        throw unknown(String(rest[..<end]), option: "--columns")
      }
      guard !places.contains(place) else {
        throw CommandFailure(.usage, "--columns: \(columns[place].name) is named twice")
      }
      places.append(place)
      rest = rest.dropFirst(columns[place].name.count)
      guard rest.first == "," else { return places }
      rest = rest.dropFirst()
    }
  }

  /// The column with the longest name that a text begins with, if what follows may follow.
  private func longestName(of text: Substring, followedBy isEnd: (Substring) -> Bool) -> Int? {
    columns.indices.filter { place in
      let name = columns[place].name
      return text.utf8.starts(with: name.utf8) && isEnd(text.dropFirst(name.count))
    }.max { columns[$0].name.utf8.count < columns[$1].name.utf8.count }
  }

  /// Reads a condition: a column, a comparison and a value, with nothing between them.
  fileprivate func condition(_ text: String) throws -> (column: Int, condition: RowCondition) {
    let signs = ["!=", "<=", ">=", "=", "<", ">"]
    func sign(_ text: Substring) -> String? { signs.first { text.hasPrefix($0) } }
    guard let end = text.firstIndex(where: { "=<>!".contains($0) }) else {
      throw CommandFailure(
        .usage,
        "--where \(text): no condition; write a column, one of \(signs.joined(separator: " ")), and a value, such as deliveries>=2"
      )
    }
    guard let place = longestName(of: text[...], followedBy: { sign($0) != nil }) else {
      throw unknown(String(text[..<end]), option: "--where \(text)")
    }
    let column = columns[place]
    let rest = text.dropFirst(column.name.count)
    guard let sign = sign(rest), let comparison = RowCondition.Comparison(rawValue: sign) else {
      throw unknown(String(text[..<end]), option: "--where \(text)")
    }
    let written = String(rest.dropFirst(sign.count))
    do throws(ConditionValueFault) {
      let value = try column.value(written, comparison)
      return (place, RowCondition(comparison, value))
    } catch {
      throw CommandFailure(.usage, "--where \(text): \(error.text)")
    }
  }

  private func unknown(_ word: String, option: String) -> CommandFailure {
    let advice = Spelling.advice(word, known: columns.map(\.name), of: "columns")
    return CommandFailure(
      .usage,
      "\(option): the table \(name) has no column \(word.isEmpty ? "without a name" : word); \(advice)"
    )
  }
}
