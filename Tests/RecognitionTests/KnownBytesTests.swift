import Bytes
import Captures
import Crypto
import Flagsmith
import Foundation
import JSON
import Observations
import Recognition
import TestSupport
import Testing

@Suite("Recognition")
struct KnownBytesTests {
  /// What learns lines by the long way.
  struct Learner: ~Copyable {
    var recognition = Recognition()
    var names = FactNames()
    var snapshot = SnapshotNames()
    private var captures = CaptureDecoder()
    private var payloads = PayloadDecoder()

    init() {}

    /// Learns the line of a body that verified under the key of the second of three secrets.
    mutating func learn(_ line: [UInt8], key: String) throws {
      let delivery = try captures.decode(line.span)
      guard case .exact(let string?) = delivery.body,
        let (end, _) = payloads.decodeFlags(of: captures.body)
      else {
        Issue.record("nothing to learn")
        return
      }
      let hasFlags = payloads.hasFlags
      let offsets = payloads.flagOffsets
      snapshot.flagState = names.intern(flags: payloads.flagState)
      let isWhole = payloads.decode(rest: captures.body, from: end)
      #expect(isWhole)
      names.intern(rest: payloads, into: &snapshot)
      var hash = KeyedHash(key: Array(key.utf8))
      hash.update(captures.body.span.extracting(0..<end))
      recognition.learn(
        line.span,
        string,
        flagOffsets: offsets,
        snapshot,
        environment: hasFlags ? .some(7) : nil,
        secrets: 3,
        secret: 1,
        hash: hash
      )
      recognition.learn(rest: captures.body, from: end, snapshot)
    }
  }

  @Test("finds every beginning that it learned, whole, and the hash after it")
  func finds() throws {
    for seed in TestSeed.cases(20) {
      var random = SeededGenerator(seed: seed)
      let bodies = SentBodies(&random)
      let outer = Notation.random(&random)
      var learner = Learner()
      var states: [Int32] = []
      for beginning in bodies.beginnings {
        let line =
          "{\"received_at\":1774699200,\"body\":" + outer.string(beginning + bodies.tails[0]) + "}"
        try learner.learn(Array(line.utf8), key: "key")
        states.append(learner.snapshot.flagState)
      }
      let insides = bodies.beginnings.map { Array(outer.inside($0).utf8) }
      for (place, beginning) in bodies.beginnings.enumerated() {
        let inside = insides[place]
        let tail = random.one(of: bodies.tails)
        let line = [0x22] + inside + Array(outer.inside(tail).utf8) + [0x22]
        let count = learner.recognition.recognise(line.span, from: 1)
        #expect(count == inside.count, "seed \(seed)")
        let hasRecognised = learner.recognition.hasRecognised
        #expect(hasRecognised)
        let state = learner.recognition.flags.state
        #expect(state == states[place], "seed \(seed)")
        let hashes = learner.recognition.hashes
        #expect(hashes.map { $0 != nil } == [false, true, false], "seed \(seed)")
        if var hash = hashes[1] {
          hash.update(Array(tail.utf8).span)
          let code = Secrets.signature(beginning + tail, "key")
          #expect(hash.finalize().hexadecimal == code, "seed \(seed)")
        }
        let cut = line.span.extracting(0..<inside.count)
        let countOfCut = learner.recognition.recognise(cut, from: 1)
        #expect(countOfCut == 0, "seed \(seed)")
        for _ in 0..<5 {
          var changed = line
          changed[random.number(1...inside.count)] ^= UInt8(1 << random.number(0...7))
          let count = learner.recognition.recognise(changed.span, from: 1)
          let isKnown = count > 0 && insides.contains(Array(changed[1...count]))
          #expect(count == 0 || isKnown, "seed \(seed)")
        }
      }
    }
  }

  @Test("knows the tail of the last body that it learned, and no other")
  func tails() throws {
    for seed in TestSeed.cases(20) {
      var random = SeededGenerator(seed: seed)
      let bodies = SentBodies(&random)
      var learner = Learner()
      let body = bodies.body(&random)
      let line = "{\"received_at\":1774699200,\"body\":" + Notation().string(body.text) + "}"
      try learner.learn(Array(line.utf8), key: "key")
      let learned = learner.snapshot
      for tail in bodies.tails + [body.tail + " ", String(body.tail.dropLast()), ""] {
        var text = ByteBuffer(minimumCapacity: 16)
        text.append(Array(tail.utf8).span)
        var names = SnapshotNames()
        let isKnown = learner.recognition.recognise(rest: text, from: 0, &names)
        #expect(isKnown == (tail == body.tail), "seed \(seed)")
        guard isKnown else { continue }
        #expect(names.identity == learned.identity)
        #expect(names.segmentState == learned.segmentState)
        #expect(names.traits == learned.traits)
      }
    }
  }
}
