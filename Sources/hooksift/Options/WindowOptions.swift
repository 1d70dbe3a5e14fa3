import ArgumentParser
import Configuration
import Observations

/// How deliveries are cut into windows.
struct WindowOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Length of the windows in which repeats count once: 90s, 30m, 1h, 1d. (default: 30m)",
      valueName: "length"
    )
  )
  var window: WindowLength?

  @Option(
    help: ArgumentHelp(
      "tumbling windows, or session: runs of deliveries with gaps of at most the length. (default: tumbling)",
      valueName: "kind"
    )
  )
  var windowKind: WindowPolicy.Kind?

  @Option(
    help: ArgumentHelp(
      "The time zone of dates, Europe/Berlin for instance. (default: UTC)",
      valueName: "zone"
    )
  )
  var timezone: ZoneName?

  func size(_ sources: SettingSources) throws -> Setting<WindowLength> {
    let standard = WindowLength(microseconds: WindowPolicy.defaultSize)
    return try sources.find(.windowSize, option: window, standard: standard)
  }

  func kind(_ sources: SettingSources) throws -> Setting<WindowPolicy.Kind> {
    try sources.find(.windowKind, option: windowKind, standard: .tumbling)
  }

  func zone(_ sources: SettingSources) throws -> Setting<ZoneName> {
    try sources.find(.timeZone, option: timezone, standard: ZoneName(.utc))
  }

  func policy(_ sources: SettingSources) throws -> WindowPolicy {
    WindowPolicy(
      kind: try kind(sources).value,
      size: try size(sources).value.microseconds,
      calendar: try zone(sources).value.calendar
    )
  }
}
