internal import Captures
internal import Lake

/// What became of a block of lines.
struct BlockOutcome: Sendable {
  /// How many lines there were, blank ones too.
  var lineCount = 0
  var tally = LineTally()
  /// The records of the lines that were rejected, ready for the quarantine.
  var rejected: [UInt8] = []
}
