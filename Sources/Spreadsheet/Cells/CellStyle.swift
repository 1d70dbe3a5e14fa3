/// The formats of cells, in the order in which ``WorkbookParts/styles`` has them.
enum CellStyle: Int, CaseIterable {
  case general
  case header
  /// All digits, where General turns to exponents from the twelfth on.
  case whole
  case date
  case time
  /// What is typed into such a cell is never a formula either.
  case text

  /// The number of the format (ECMA-376 Part 1, §18.8.30); from 164 on those of the workbook.
  var formatNumber: Int {
    switch self {
    case .general, .header: 0
    case .whole: 1
    case .date: 164
    case .time: 165
    case .text: 49
    }
  }

  /// The format's code where it is the workbook's own.
  var formatCode: String? {
    switch self {
    case .date: #"yyyy\-mm\-dd"#
    case .time: #"yyyy\-mm\-dd\ hh:mm:ss.000"#
    case .general, .header, .whole, .text: nil
    }
  }
}
