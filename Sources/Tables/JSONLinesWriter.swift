internal import Bytes
internal import JSON

/// Writes tables as JSON Lines: one object per row, times and dates as texts (RFC 3339).
///
/// A number that JSON does not know, `NaN` or an infinity, is null.
package struct JSONLinesWriter: Sendable {
  package init() {}

  /// Appends all rows of a batch.
  ///
  /// - Complexity: O(*n*) in the bytes written.
  package func append(_ table: Table, to output: inout [UInt8]) {
    for row in 0..<table.rowCount {
      output.append(UInt8(ascii: "{"))
      for place in table.columns.indices {
        if place > 0 { output.append(UInt8(ascii: ",")) }
        let name = table.schema.columns[place].name
        PythonText.append(string: name.utf8.span, .asTheyStand, to: &output)
        output.append(UInt8(ascii: ":"))
        append(table.columns[place], row, to: &output)
      }
      output.append("}\n")
    }
  }

  private func append(_ column: Column, _ row: Int, to output: inout [UInt8]) {
    if column.isNull(row) { return output.append("null") }
    switch column.schema.type {
    case .int64: output.append(decimal: column.integers[row])
    case .double where !column.doubles[row].isFinite: output.append("null")
    case .double: PythonText.append(double: column.doubles[row], to: &output)
    case .boolean: output.append(column.integers[row] == 0 ? "false" : "true")
    case .string: PythonText.append(string: column.texts[row], .asTheyStand, to: &output)
    case .date:
      output.append("\"")
      output.append(date: Int(column.integers[row]))
      output.append("\"")
    case .timestamp:
      output.append("\"")
      output.append(timestamp: column.integers[row])
      output.append("\"")
    }
  }
}
