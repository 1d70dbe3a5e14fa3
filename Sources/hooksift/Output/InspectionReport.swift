import Bytes
import Captures
import Files
import Flagsmith
import Foundation
import Pipeline
import Tables

/// What `hooksift inspect` says.
struct InspectionReport {
  private struct Contents: Encodable {
    struct Feature: Encodable {
      let environment: Int64?
      let featureId: Int64
      let feature: String
      let featureType: String
      /// Distinct values, whether enabled or not.
      var values = 0
      var deliveries: Int64 = 0
    }

    struct Segment: Encodable {
      let segmentId: Int64
      let segment: String
      var deliveries: Int64 = 0
      /// Deliveries of identities that are in it.
      var members: Int64 = 0
    }

    struct Trait: Encodable {
      let trait: String
      let deliveries: Int64
    }

    struct Environment: Encodable {
      let environment: Int64?
      let deliveries: Int64
    }

    let archives: Int
    let bytes: Int
    let bytesUncompressed: Int
    let lines: Int64
    /// Lines by the reasons for which no secret would let them in.
    let rejected: [String: Int64]
    let firstReceivedAt: String?
    let lastReceivedAt: String?
    let signed: Int64
    let unsigned: Int64
    let malformedSignatures: Int64
    let parsedBodies: Int64
    let identityDeliveries: Int64
    let otherDeliveries: [String: Int64]
    let environments: [Environment]
    let identities: Int
    /// Whether there are more than were told apart.
    let hasMoreIdentities: Bool
    let features: [Feature]
    let hasMoreFeatures: Bool
    let segments: [Segment]
    let hasMoreSegments: Bool
    let traits: [Trait]
    let hasMoreTraits: Bool
  }

  /// How many features, segments and traits are named in the text.
  private static let shownCount = 20

  private let contents: Contents

  /// - Throws: What ``Inspection/Findings/flagRows()`` throws.
  init(_ findings: Inspection.Findings) throws {
    func time(_ microseconds: Int64?) -> String? {
      microseconds.map { microseconds in
        var text: [UInt8] = []
        text.append(timestamp: microseconds)
        return String(decoding: text, as: UTF8.self)
      }
    }
    let (flags, flagCounts, moreFlags) = try findings.flagRows()
    let (segments, segmentCounts, moreSegments) = try findings.segmentRows()
    contents = Contents(
      archives: findings.archives,
      bytes: findings.bytes,
      bytesUncompressed: findings.inflatedBytes,
      lines: findings.lines,
      rejected: Self.named(findings.rejected),
      firstReceivedAt: time(findings.received?.first),
      lastReceivedAt: time(findings.received?.last),
      signed: findings.signed,
      unsigned: findings.unsigned,
      malformedSignatures: findings.malformed,
      parsedBodies: findings.parsedBodies,
      identityDeliveries: findings.snapshots,
      otherDeliveries: Self.named(findings.events),
      environments: findings.environments.map { .init(environment: $0.key, deliveries: $0.value) }
        .sorted { ($0.environment ?? .min) < ($1.environment ?? .min) },
      identities: findings.identities.counts.count,
      hasMoreIdentities: findings.identities.uncounted > 0,
      features: Self.features(flags, flagCounts),
      hasMoreFeatures: moreFlags > 0,
      segments: Self.segments(segments, segmentCounts),
      hasMoreSegments: moreSegments > 0,
      traits: findings.traits.counts.sorted { $0.key < $1.key }
        .map { .init(trait: $0.key.string, deliveries: $0.value) },
      hasMoreTraits: findings.traits.uncounted > 0
    )
  }

  private static func named<Key: RawRepresentable<String>>(
    _ counts: [Key: Int64]
  ) -> [String: Int64] {
    Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, $0.value) })
  }

  /// Features from the rows of flags.
  private static func features(_ rows: [Column], _ counts: [Int64]) -> [Contents.Feature] {
    var places: [[String]: Int] = [:]
    var values: Set<[String]> = []
    var features: [Contents.Feature] = []
    for (row, count) in counts.enumerated() {
      let feature = Contents.Feature(
        environment: rows[0].integer(row),
        featureId: rows[1].integers[row],
        feature: rows[2].text(row),
        featureType: rows[3].text(row)
      )
      let key = [
        "\(feature.environment ?? 0) \(feature.environment == nil) \(feature.featureId)",
        feature.feature, feature.featureType,
      ]
      let place = places[key] ?? features.count
      if place == features.count {
        places[key] = place
        features.append(feature)
      }
      let value = ["\(place)", rows[5].text(row), rows[6].text(row)]
      if values.insert(value).inserted { features[place].values += 1 }
      features[place].deliveries += count
    }
    return features.sorted { left, right in
      let environments = (left.environment ?? .min, right.environment ?? .min)
      if environments.0 != environments.1 { return environments.0 < environments.1 }
      if left.featureId != right.featureId { return left.featureId < right.featureId }
      let names = (ByteText(left.feature), ByteText(right.feature))
      return names.0 != names.1
        ? names.0 < names.1 : ByteText(left.featureType) < ByteText(right.featureType)
    }
  }

  private static func segments(_ rows: [Column], _ counts: [Int64]) -> [Contents.Segment] {
    var places: [[String]: Int] = [:]
    var segments: [Contents.Segment] = []
    for (row, count) in counts.enumerated() {
      let segment = Contents.Segment(segmentId: rows[0].integers[row], segment: rows[1].text(row))
      let key = ["\(segment.segmentId)", segment.segment]
      let place = places[key] ?? segments.count
      if place == segments.count {
        places[key] = place
        segments.append(segment)
      }
      segments[place].deliveries += count
      if rows[2].integers[row] != 0 { segments[place].members += count }
    }
    return segments.sorted {
      $0.segmentId != $1.segmentId
        ? $0.segmentId < $1.segmentId : ByteText($0.segment) < ByteText($1.segment)
    }
  }

  /// - Throws: `EncodingError`.
  func json() throws -> String { try JSONFile.text(contents) }

  var text: String {
    var lines = [
      "\(contents.archives.of("archive", "archives")), \(contents.lines) lines, "
        + "\(contents.bytes) bytes, \(contents.bytesUncompressed) uncompressed"
    ]
    if let first = contents.firstReceivedAt, let last = contents.lastReceivedAt {
      lines.append("received from \(first) to \(last)")
    }
    let kinds =
      [("identity deliveries", contents.identityDeliveries)]
      + contents.otherDeliveries.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
      + contents.rejected.sorted { $0.key < $1.key }.map { ("rejected: \($0.key)", $0.value) }
    lines += Self.section(["lines", ""], kinds.map { [$0.0, "\($0.1)"] })
    let claims = [
      ("signed", contents.signed), ("unsigned", contents.unsigned),
      ("malformed", contents.malformedSignatures),
    ]
    lines += Self.section(
      ["signatures, not verified", ""],
      claims.filter { $0.1 > 0 }.map { [$0.0, "\($0.1)"] }
    )
    if contents.parsedBodies > 0 {
      lines += [
        "",
        "bodies that the capture tool parsed: \(contents.parsedBodies); they verify if they can be written again",
      ]
    }
    let more = contents.hasMoreIdentities ? "more than " : ""
    lines += ["", "identities: \(more)\(contents.identities)"]
    lines += Self.section(
      ["environment", "deliveries"],
      contents.environments.map { [Self.name($0.environment), "\($0.deliveries)"] }
    )
    lines += Self.section(
      ["environment", "feature", "type", "values", "deliveries"],
      contents.features.map { feature in
        [
          Self.name(feature.environment), feature.feature, feature.featureType,
          "\(feature.values)", "\(feature.deliveries)",
        ]
      },
      hasMore: contents.hasMoreFeatures
    )
    lines += Self.section(
      ["segment", "members", "deliveries"],
      contents.segments.map { [$0.segment, "\($0.members)", "\($0.deliveries)"] },
      hasMore: contents.hasMoreSegments
    )
    lines += Self.section(
      ["trait", "deliveries"],
      contents.traits.map { [$0.trait, "\($0.deliveries)"] },
      hasMore: contents.hasMoreTraits
    )
    return lines.joined(separator: "\n")
  }

  private static func name(_ environment: Int64?) -> String {
    environment.map { "\($0)" } ?? "none"
  }

  /// Names from captures, without what a terminal would obey.
  private static func shown(_ name: String) -> String {
    String(String.UnicodeScalarView(name.unicodeScalars.map { isShown($0) ? $0 : "\u{FFFD}" }))
  }

  private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: false
    default: true
    }
  }

  /// A table; the columns whose cells are numbers are flush right, but for the first one.
  private static func section(
    _ header: [String],
    _ rows: [[String]],
    hasMore: Bool = false
  ) -> [String] {
    guard !rows.isEmpty else { return [] }
    let shown = rows.prefix(shownCount).map { $0.map(Self.shown) }
    let table = [header] + shown
    let widths = header.indices.map { column in table.map { $0[column].count }.max() ?? 0 }
    let isNumber = header.indices.map { column in
      column > 0 && shown.allSatisfy { Int64($0[column]) != nil }
    }
    var lines = [""]
    for row in table {
      let cells = row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return isNumber[column] ? padding + row[column] : row[column] + padding
      }
      let line = cells.joined(separator: "  ")
      lines.append(String(line.reversed().drop { $0 == " " }.reversed()))
    }
    if rows.count > shown.count {
      lines.append("and \(rows.count - shown.count) more; --json has all")
    }
    if hasMore { lines.append("and others that were too many to be told apart") }
    return lines
  }
}

extension Column {
  fileprivate func text(_ row: Int) -> String {
    let texts = texts
    return String(decoding: texts[row])
  }
}
