/// Numbers of each date as bars, some on top of each other.
struct StackedBars {
  struct Layer {
    let style: Markup
    /// By mark; see ``DaySteps``.
    var values: [Double]
  }

  let title: String
  let description: String
  /// From the bottom.
  let layers: [Layer]
  let days: ClosedRange<Int>
  let scaling: Scaling
  let height: Int
  /// What the axis reaches at the least, so that what is next to nothing looks so.
  var least = 0.0

  var markup: Markup {
    let count = DaySteps(days).count
    let sums = (0..<count).map { place in layers.reduce(0) { $0 + $1.values[place] } }
    let scale = Scale(showing: sums + [least], ticks: 3)
    var content = scale.grid(scaling)
    let slot = 1 / Double(count)
    for place in 0..<count {
      var below = 0.0
      for layer in layers where layer.values[place] > 0 {
        let top = below + layer.values[place]
        content.append(
          SVG.rectangle(
            x: (Double(place) + 0.1) * slot,
            y: 1 - scale.place(top),
            width: slot * 0.8,
            height: scale.place(top) - scale.place(below),
            "bar \(layer.style)"
          )
        )
        below = top
      }
    }
    content += DateAxis(days: days).labels
    return SVG.chart(
      title: title,
      description: description,
      style: "plot",
      height: height,
      content
    )
  }
}
