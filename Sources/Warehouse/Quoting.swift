/// How names and texts are quoted.
enum Quoting {
  /// Between `quote`s, with those in the text doubled: SQL's own way.
  static func doubling(_ text: String, _ quote: String) -> String {
    quote + text.replacing(quote, with: quote + quote) + quote
  }

  /// Between `quote`s, with those in the text and backslashes behind a backslash.
  static func escaping(_ text: String, _ quote: String) -> String {
    let escaped = text.replacing("\\", with: "\\\\").replacing(quote, with: "\\" + quote)
    return quote + escaped + quote
  }

  /// A word of a POSIX shell.
  static func shell(_ text: String) -> String {
    "'" + text.replacing("'", with: "'\\''") + "'"
  }
}
