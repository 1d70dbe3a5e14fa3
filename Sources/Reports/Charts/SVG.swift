internal import Foundation

/// Elements of a chart.
///
/// Places are percents of the chart, so that it is as wide as its column while its texts keep their size; what does not fit into
/// the plot, like labels of axes, stands in the margins that the style gives it.
enum SVG {
  /// A chart by itself.
  ///
  /// - Parameters:
  ///   - title: What it is, in a few words.
  ///   - description: What is to be seen in it, for those who cannot see it.
  ///   - style: The classes that give it its margins.
  ///   - height: In pixels.
  ///   - content: What is drawn, the last on top.
  /// - Returns: The element.
  static func chart(
    title: String,
    description: String,
    style: Markup,
    height: Int,
    _ content: [Markup]
  ) -> Markup {
    """
    <svg class="chart \(style)" role="img" width="100%" height="\(height)"><title>\(title)</title>\
    <desc>\(description)</desc>\(Markup(joining: content))</svg>
    """
  }

  /// Shapes in coordinates from 0 to 1000, stretched over the whole chart and cut off at its edges.
  static func stretched(_ content: [Markup]) -> Markup {
    """
    <svg class="stretched" width="100%" height="100%" viewBox="0 0 1000 1000" preserveAspectRatio="none">\
    \(Markup(joining: content))</svg>
    """
  }

  static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: Markup)
    -> Markup
  {
    """
    <line class="\(style)" x1="\(percent(x1))" y1="\(percent(y1))" x2="\(percent(x2))" y2="\(percent(y2))"/>
    """
  }

  static func rectangle(
    x: Double,
    y: Double,
    width: Double,
    height: Double,
    _ style: Markup
  ) -> Markup {
    """
    <rect class="\(style)" x="\(percent(x))" y="\(percent(y))" width="\(percent(width))" height="\(percent(height))"/>
    """
  }

  static func dot(_ x: Double, _ y: Double, _ style: Markup) -> Markup {
    "<circle class=\"\(style)\" cx=\"\(percent(x))\" cy=\"\(percent(y))\" r=\"4\"/>"
  }

  /// Where a text has its place.
  enum Anchor: String {
    case start, middle, end
  }

  /// A text, moved by some pixels from its place.
  static func text(
    _ text: String,
    _ x: Double,
    _ y: Double,
    dx: Int = 0,
    dy: Int = 4,
    _ anchor: Anchor = .start,
    _ style: Markup = "label"
  ) -> Markup {
    """
    <text class="\(style)" x="\(percent(x))" y="\(percent(y))" dx="\(dx)" dy="\(dy)" text-anchor="\(anchor.rawValue)">\
    \(text)</text>
    """
  }

  /// A line through points of a stretched part.
  static func path(_ points: [(x: Double, y: Double)], _ style: Markup) -> Markup {
    "<polyline class=\"\(style)\" points=\"\(coordinates(points))\"/>"
  }

  /// A surface in a stretched part.
  static func area(_ points: [(x: Double, y: Double)], _ style: Markup) -> Markup {
    "<polygon class=\"\(style)\" points=\"\(coordinates(points))\"/>"
  }

  /// A name that fits into a label.
  ///
  /// It stands between marks that keep its direction to itself. Wide characters count twice.
  static func name(_ name: String, columns: Int) -> String {
    var shown = String.UnicodeScalarView()
    var width = 0
    for scalar in name.unicodeScalars {
      width += scalar.value >= 0x1100 ? 2 : 1
      if width > columns {
        shown.append("…")
        break
      }
      shown.append(scalar)
    }
    return name.isEmpty ? "(empty)" : String(shown)
  }

  private static func coordinates(_ points: [(x: Double, y: Double)]) -> Markup {
    Markup(
      joining: points.map { "\(number($0.x * 1000)),\(number($0.y * 1000))" },
      by: " "
    )
  }

  private static func percent(_ fraction: Double) -> Markup { "\(number(fraction * 100))%" }

  /// Two digits behind the point, far less than a pixel; nothing is drawn further away than browsers reckon with.
  private static func number(_ value: Double) -> Markup {
    let limited = value.isFinite ? min(max(value, -1e6), 1e6) : 0
    let text = String(format: "%.2f", limited)
    return Markup(text: text == "-0.00" ? "0.00" : text)
  }
}
