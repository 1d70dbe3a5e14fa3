/// A length of time as a user writes it.
package struct TimeLength: SettingValue, Equatable {
  package static let form = "a whole number and a unit, s, m, h or d: 30m for instance, at most 7d"

  /// How long a file must be unchanged before it counts as whole: 5 minutes.
  package static let settling = TimeLength(microseconds: 300_000_000)

  package let microseconds: Int64

  package init(microseconds: Int64) { self.microseconds = microseconds }

  /// A whole number and a unit: `s`, `m`, `h` or `d`; from zero to seven days.
  package init?(setting text: String) { self.init(text, atMostDays: 7) }

  /// A whole number and a unit; `nil` for any other text, and for more than so many days.
  fileprivate init?(_ text: String, atMostDays days: Int64) {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86400]
    guard let letter = text.last, let unit = units[letter],
      text.dropLast().utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let count = Int64(text.dropLast()), count <= days * 86400 / unit
    else { return nil }
    microseconds = count * unit * 1_000_000
  }

  package var settingText: String {
    let seconds = microseconds / 1_000_000
    for (unit, letter) in [(86400, "d"), (3600, "h"), (60, "m")] as [(Int64, String)]
    where seconds > 0 && seconds % unit == 0 { return "\(seconds / unit)\(letter)" }
    return "\(seconds)s"
  }
}

/// The length of windows: a length of time of a second at the least.
package struct WindowLength: SettingValue, Equatable {
  package static let form =
    "a whole number and a unit, s, m, h or d: 30m for instance, from 1s to 7d"

  package let microseconds: Int64

  package init(microseconds: Int64) { self.microseconds = microseconds }

  package init?(setting text: String) {
    guard let length = TimeLength(setting: text), length.microseconds > 0 else { return nil }
    microseconds = length.microseconds
  }

  package var settingText: String { TimeLength(microseconds: microseconds).settingText }
}

/// A length of time in the life of an experiment, of a second at the least.
package struct PeriodLength: SettingValue, Equatable {
  package static let form =
    "a whole number and a unit, s, m, h or d: 7d for instance, from 1s to 366d"

  package let microseconds: Int64

  package init(microseconds: Int64) { self.microseconds = microseconds }

  package init?(setting text: String) {
    guard let length = TimeLength(text, atMostDays: 366), length.microseconds > 0 else {
      return nil
    }
    microseconds = length.microseconds
  }

  package var settingText: String { TimeLength(microseconds: microseconds).settingText }
}

/// A number of bytes as a user writes it.
package struct ByteSize: SettingValue, Equatable {
  package static let form = "a whole number and a unit: 512MB, 2GB, 256MiB; from 64MB to 1TB"

  private static let units: [(suffix: String, bytes: Int)] = [
    ("KIB", 1 << 10), ("MIB", 1 << 20), ("GIB", 1 << 30), ("KB", 1000), ("MB", 1_000_000),
    ("GB", 1_000_000_000), ("K", 1000), ("M", 1_000_000), ("G", 1_000_000_000),
  ]

  package let bytes: Int

  package init(bytes: Int) { self.bytes = bytes }

  /// A whole number and a unit, in any case: `MB`, `GB`, `MiB`, `GiB`; from 64 MB to 1 TB.
  package init?(setting text: String) {
    let text = text.uppercased()
    guard let unit = Self.units.first(where: { text.hasSuffix($0.suffix) }),
      let count = Int(text.dropLast(unit.suffix.count)), text.first?.isNumber == true,
      count <= 1_000_000_000_000 / unit.bytes, count * unit.bytes >= 64_000_000
    else { return nil }
    bytes = count * unit.bytes
  }

  package var settingText: String {
    let units: [(Int, String)] = [
      (1_000_000_000, "GB"), (1_000_000, "MB"), (1 << 30, "GiB"), (1 << 20, "MiB"), (1000, "KB"),
    ]
    for (unit, suffix) in units where bytes % unit == 0 { return "\(bytes / unit)\(suffix)" }
    return "\(bytes / 1024)KiB"
  }
}

/// How many threads work.
package struct JobCount: SettingValue, Equatable {
  package static let form = "a whole number from 1 to 256"
  package static let notation = SettingNotation.number

  package let count: Int

  package init(_ count: Int) { self.count = count }

  package init?(setting text: String) {
    guard let count = Int(text), (1...256).contains(count) else { return nil }
    self.count = count
  }

  package var settingText: String { "\(count)" }
}

/// How many values are named.
package struct ValueCount: SettingValue, Equatable {
  package static let form = "a whole number, 1 or more"
  package static let notation = SettingNotation.number

  package let count: Int

  package init(_ count: Int) { self.count = count }

  package init?(setting text: String) {
    guard let count = Int(text), count >= 1 else { return nil }
    self.count = count
  }

  package var settingText: String { "\(count)" }
}

/// A share of a whole.
package struct Share: SettingValue, Equatable {
  package static let form = "a number from 0 to 1"
  package static let notation = SettingNotation.number

  package let share: Double

  package init?(setting text: String) {
    guard let share = Double(text), (0...1).contains(share) else { return nil }
    self.share = share
  }

  package var settingText: String { "\(share)" }
}
