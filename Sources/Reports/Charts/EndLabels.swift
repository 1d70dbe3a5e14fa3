/// Names at the ends of lines, moved apart where they would overlap.
enum EndLabels {
  /// Labels to the right of a chart.
  ///
  /// - Parameters:
  ///   - ends: The names, the classes of their lines, and where these end.
  ///   - least: The least distance between two, as a share of the height.
  /// - Returns: The labels, from the top.
  static func markup(_ ends: [(name: String, style: Markup, y: Double)], least: Double) -> [Markup]
  {
    let ends = ends.sorted { $0.y < $1.y }
    var places: [Double] = []
    for end in ends { places.append(max(end.y, (places.last ?? -1) + least)) }
    // Those at the bottom are pushed up again, so that none stands beneath the axis.
    var limit = 1.0
    for place in places.indices.reversed() {
      places[place] = min(places[place], limit)
      limit = places[place] - least
    }
    return zip(ends, places).map { end, y in
      SVG.text(SVG.name(end.name, columns: 9), 1, y, dx: 10, .start, "label text \(end.style)")
    }
  }
}
