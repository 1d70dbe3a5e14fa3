import Foundation
import Observations

/// What the rules say of deliveries, one at a time and without any cleverness.
struct NaiveModel {
  var kind: WindowPolicy.Kind
  /// In microseconds.
  var size: Int64
  var zone: TimeZone

  /// The local date of a time, in days since 1970-01-01, by way of the calendar's year, month and day.
  func day(of time: Int64) -> Int32 {
    var local = Calendar(identifier: .gregorian)
    local.timeZone = zone
    var utc = Calendar(identifier: .gregorian)
    utc.timeZone = .gmt
    // Whole seconds, so that no rounding moves a time over midnight.
    let seconds = (time - (time % 1_000_000 + 1_000_000) % 1_000_000) / 1_000_000
    let date = Date(timeIntervalSince1970: Double(seconds))
    let parts = local.dateComponents([.year, .month, .day], from: date)
    let midnight = utc.date(from: parts) ?? .distantPast
    return Int32((midnight.timeIntervalSince1970 / 86_400).rounded())
  }

  /// The deliveries with the start of their windows.
  func windows(of deliveries: [MadeDelivery]) -> [(delivery: MadeDelivery, start: Int64)] {
    switch kind {
    case .tumbling:
      return deliveries.map { delivery in
        var start = delivery.receivedAt / size * size
        if start > delivery.receivedAt { start -= size }
        return (delivery, start)
      }
    case .session:
      struct Who: Hashable {
        var environment: Int64?
        var identity: String
        var day: Int32
      }
      let groups = Dictionary(grouping: deliveries) {
        Who(environment: $0.environment, identity: $0.identity, day: day(of: $0.receivedAt))
      }
      return groups.values.flatMap { group in
        var start: Int64 = 0
        var last: Int64?
        return group.sorted { $0.receivedAt < $1.receivedAt }.map { delivery in
          if last.map({ delivery.receivedAt - $0 > size }) ?? true { start = delivery.receivedAt }
          last = delivery.receivedAt
          return (delivery, start)
        }
      }
    }
  }

  /// The observations in their canonical order.
  func observations(
    _ deliveries: [MadeDelivery],
    states: (MadeDelivery) throws -> (flags: [UInt8], segments: [UInt8])
  ) rethrows -> [NamedObservation] {
    var found: [NamedObservation: NamedObservation] = [:]
    for (delivery, start) in windows(of: deliveries) {
      let states = try states(delivery)
      let key = NamedObservation(
        environment: delivery.environment,
        identity: Array(delivery.identity.utf8),
        day: day(of: start),
        windowStart: start,
        flagState: states.flags,
        segmentState: states.segments,
        first: 0,
        last: 0,
        deliveries: 0
      )
      var value = found[key] ?? key
      value.first = value.deliveries == 0 ? delivery.receivedAt : min(value.first, delivery.receivedAt)
      value.last = value.deliveries == 0 ? delivery.receivedAt : max(value.last, delivery.receivedAt)
      value.deliveries += 1
      found[key] = value
    }
    return found.values.sorted { left, right in
      Self.precedes(
        [
          Self.compare(Int64(left.day), Int64(right.day)),
          Self.compare(left.environment, right.environment),
          Self.compare(left.identity, right.identity),
          Self.compare(left.windowStart, right.windowStart),
          Self.compare(left.flagState, right.flagState),
          Self.compare(left.segmentState, right.segmentState),
        ]
      )
    }
  }

  /// The trait values in their canonical order.
  func traits(_ deliveries: [MadeDelivery]) -> [NamedTrait] {
    var found: [NamedTrait: NamedTrait] = [:]
    for (delivery, start) in windows(of: deliveries) {
      var last: [String: String] = [:]
      for trait in delivery.traits { last[trait[0]] = trait[1] }
      for (name, json) in last {
        let (type, text) = Self.canonical(json)
        let key = NamedTrait(
          environment: delivery.environment,
          identity: Array(delivery.identity.utf8),
          day: day(of: start),
          trait: Array(name.utf8),
          type: type,
          value: Array(text.utf8),
          first: 0,
          last: 0
        )
        var value = found[key] ?? key
        let isNew = found[key] == nil
        value.first = isNew ? delivery.receivedAt : min(value.first, delivery.receivedAt)
        value.last = isNew ? delivery.receivedAt : max(value.last, delivery.receivedAt)
        found[key] = value
      }
    }
    return found.values.sorted { left, right in
      Self.precedes(
        [
          Self.compare(Int64(left.day), Int64(right.day)),
          Self.compare(left.environment, right.environment),
          Self.compare(left.identity, right.identity), Self.compare(left.trait, right.trait),
          Self.compare(Array(left.type.utf8), Array(right.type.utf8)),
          Self.compare(left.value, right.value),
        ]
      )
    }
  }

  private static func canonical(_ json: String) -> (type: String, value: String) {
    switch json {
    case "null": ("null", "")
    case "true": ("boolean", "true")
    case _ where json.hasPrefix("\""): ("string", String(json.dropFirst().dropLast()))
    case _ where json.contains("."): ("float", json)
    default: ("integer", json)
    }
  }

  private static func precedes(_ orders: [Int]) -> Bool { (orders.first { $0 != 0 } ?? 0) < 0 }

  private static func compare(_ left: Int64?, _ right: Int64?) -> Int {
    switch (left, right) {
    case (nil, nil): 0
    case (nil, _): -1
    case (_, nil): 1
    case (let left?, let right?): left < right ? -1 : left > right ? 1 : 0
    }
  }

  /// Byte by byte, a prefix first.
  private static func compare(_ left: [UInt8], _ right: [UInt8]) -> Int {
    for (a, b) in zip(left, right) where a != b { return a < b ? -1 : 1 }
    return left.count - right.count
  }
}
