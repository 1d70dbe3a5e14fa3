internal import Bytes
package import Statistics
package import Tables

/// The moments of each variant's units, read from a CSV file.
package struct UnitTable: Sendable {
  /// The columns that are read, in any order.
  package enum ColumnName: String, CaseIterable, Sendable {
    case identity
    case variant
    case numerator
    case denominator
    case covariate
    case covariateDenominator = "covariate_denominator"

    /// What a unit has where the file has no such column; `nil` where it must have it.
    var standard: Double? {
      switch self {
      case .identity, .denominator, .covariateDenominator: 1
      case .covariate: 0
      case .variant, .numerator: nil
      }
    }
  }

  /// One entry for each variant of the settings.
  package private(set) var moments: [UnitMoments] = []
  /// How many units each variant has that the settings do not name, sorted by name.
  package private(set) var unknownVariants: [(name: String, count: Int)] = []
  /// Columns of the file that are not read.
  package private(set) var ignoredColumns: [String] = []

  /// How many units are in variants that the settings do not name.
  package var unknownCount: Int { unknownVariants.reduce(0) { $0 + $1.count } }

  /// How many variants that the settings do not name are told apart.
  private static let unknownLimit = 100
  /// What is counted together beyond these.
  private static let others = "…"

  /// Reads all rows.
  ///
  /// - Parameters:
  ///   - reader: The file.
  ///   - settings: Which variants there are.
  /// - Throws: ``UnitError`` with the first row that is wrong, `CSVError`, and what the file's source throws.
  /// - Complexity: O(*n*) in the bytes; the identities, and a few numbers per variant, are in memory.
  package init(reading reader: inout CSVReader, _ settings: UnitSettings) throws {
    var row = CSVRow()
    guard try reader.read(into: &row) else { throw UnitError("has no rows, not even a header") }
    let header = try Header(row)
    ignoredColumns = header.ignored
    var places: [[UInt8]: Int] = [:]
    for (place, variant) in settings.variants.enumerated() {
      places[Array(variant.key.utf8)] = place
    }
    var identities = ByteInterner()
    var unknown: [String: Int] = [:]
    while try reader.read(into: &row) {
      guard row.count == header.count else {
        throw UnitError("line \(row.line): \(row.count) cells, but the header has \(header.count)")
      }
      try header.checkIdentity(row, &identities)
      let name = header.variant(row)
      let unit = try header.unit(row)
      guard let place = places[name] else {
        let text = String(decoding: name, as: UTF8.self)
        let isTold = unknown[text] != nil || unknown.count < Self.unknownLimit
        unknown[isTold ? text : Self.others, default: 0] += 1
        continue
      }
      // The first unit is as good a pivot as any, and all arms share it.
      if moments.isEmpty {
        moments = settings.variants.map { _ in UnitMoments(pivot: unit) }
      }
      moments[place].add(unit)
    }
    if moments.isEmpty {
      moments = settings.variants.map { _ in UnitMoments(pivot: UnitValues(numerator: 0)) }
    }
    unknownVariants = unknown.map { ($0.key, $0.value) }.sorted { ByteText($0.0) < ByteText($1.0) }
  }

  /// Where the columns are.
  private struct Header {
    let count: Int
    private(set) var ignored: [String] = []
    private var places: [Int?]

    init(_ row: CSVRow) throws {
      count = row.count
      places = ColumnName.allCases.map { _ in nil }
      for cell in 0..<row.count {
        let name = row.text(cell)
        guard let known = ColumnName.allCases.firstIndex(where: { $0.rawValue == name }) else {
          ignored.append(name)
          continue
        }
        guard places[known] == nil else {
          throw UnitError("line \(row.line): the column \(name) is there twice")
        }
        places[known] = cell
      }
      for (place, column) in zip(places, ColumnName.allCases)
      where place == nil && column.standard == nil {
        throw UnitError(
          "line \(row.line): no column is called \(column.rawValue); the header must name variant and numerator, "
            + "and may name identity, denominator, covariate and covariate_denominator"
        )
      }
      for (one, other) in [
        (ColumnName.denominator, ColumnName.numerator), (.covariateDenominator, .covariate),
      ]
      where self[one] != nil && self[other] == nil {
        throw UnitError(
          "line \(row.line): a column \(one.rawValue), but none that is called \(other.rawValue)"
        )
      }
    }

    private subscript(column: ColumnName) -> Int? {
      ColumnName.allCases.firstIndex(of: column).flatMap { places[$0] }
    }

    func variant(_ row: CSVRow) -> [UInt8] {
      var bytes: [UInt8] = []
      if let place = places[1] { bytes.append(row[place]) }
      return bytes
    }

    func checkIdentity(_ row: CSVRow, _ identities: inout ByteInterner) throws(UnitError) {
      guard let place = places[0], identities.count < Int(ByteInterner.ID.max) else { return }
      let known = identities.count
      if Int(identities.intern(row[place])) < known {
        throw UnitError(
          "line \(row.line): an identity that an earlier row has; there must be one row for each"
        )
      }
    }

    func unit(_ row: CSVRow) throws(UnitError) -> UnitValues {
      UnitValues(
        numerator: try number(row, .numerator, places[2]),
        denominator: try number(row, .denominator, places[3]),
        covariate: try number(row, .covariate, places[4]),
        covariateDenominator: try number(row, .covariateDenominator, places[5])
      )
    }

    private func number(
      _ row: CSVRow,
      _ column: ColumnName,
      _ place: Int?
    ) throws(UnitError) -> Double {
      guard let place else { return column.standard ?? 0 }
      if let number = row.number(place) { return number }
      let text = row.text(place)
      let what =
        text.isEmpty
        ? "is empty; write 0 where nothing was counted" : "\"\(text.prefix(40))\" is not a number"
      throw UnitError("line \(row.line), column \(column.rawValue): \(what)")
    }
  }
}

/// What is wrong with a file of units.
package struct UnitError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Where in the file, and what.
  package let description: String

  init(_ description: String) { self.description = description }
}
