internal import Mustache

/// Markup that is safe to stand in a page: ours as it is, text of others escaped.
///
/// It is made from literals, in which ours stands, and from what is interpolated, which is escaped unless it is markup itself. No
/// other way leads from a text to markup.
struct Markup: Sendable, Hashable {
  private(set) var source: String

  /// A text, escaped.
  init(text: String) { source = Escaping.escape(text) }

  init(joining parts: [Markup], by separator: Markup = "") {
    source = parts.map(\.source).joined(separator: separator.source)
  }

  static func + (left: Markup, right: Markup) -> Markup { "\(left)\(right)" }
  static func += (left: inout Markup, right: Markup) { left.source += right.source }
}

extension Markup: ExpressibleByStringInterpolation {
  init(stringLiteral value: String) { source = value }
  init(stringInterpolation interpolation: StringInterpolation) { source = interpolation.source }

  struct StringInterpolation: StringInterpolationProtocol {
    var source = ""

    init(literalCapacity: Int, interpolationCount: Int) { source.reserveCapacity(literalCapacity) }

    mutating func appendLiteral(_ literal: String) { source += literal }
    mutating func appendInterpolation(_ markup: Markup) { source += markup.source }
    mutating func appendInterpolation(_ text: String) { source += Escaping.escape(text) }
    mutating func appendInterpolation(_ number: Int) { source += String(number) }
    /// A name that somebody gave, in whatever script: its direction is its own.
    mutating func appendInterpolation(name: String) {
      source += name.isEmpty ? "<i>empty</i>" : "<bdi>\(Escaping.escape(name))</bdi>"
    }
  }
}

/// Mustache escapes by characters, so that `"` with a combining mark behind it would stand as it is; here nothing is left to escape.
extension Markup: MustacheCustomRenderable {
  var renderText: String { source }
  var isNull: Bool { source.isEmpty }
}

/// Text in the place of markup.
package enum Escaping {
  /// Escapes what means something in HTML and XML; what neither allows, or what turns the direction of the text that follows, becomes U+FFFD.
  ///
  /// - Complexity: O(*n*).
  package static func escape(_ text: String) -> String {
    var escaped = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped.append(contentsOf: "&amp;".unicodeScalars)
      case "<": escaped.append(contentsOf: "&lt;".unicodeScalars)
      case ">": escaped.append(contentsOf: "&gt;".unicodeScalars)
      case "\"": escaped.append(contentsOf: "&quot;".unicodeScalars)
      case "'": escaped.append(contentsOf: "&#39;".unicodeScalars)
      default: escaped.append(shown(scalar))
      }
    }
    return String(escaped)
  }

  /// The scalar, or what stands for one that cannot be shown.
  package static func shown(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 0x09, 0x0A, 0x0D: " "
    case 0...0x1F, 0x7F...0x9F, 0x200E, 0x200F, 0x061C, 0x2028...0x202E, 0x2066...0x2069: "\u{FFFD}"
    case 0xFDD0...0xFDEF: "\u{FFFD}"
    case let value where value & 0xFFFE == 0xFFFE: "\u{FFFD}"
    default: scalar
    }
  }
}
