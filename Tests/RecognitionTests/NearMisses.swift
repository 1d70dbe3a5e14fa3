import Captures
import Foundation
import TestSupport

/// Lines that begin as genuine ones do, and then do not, or that are genuine in an unusual way.
enum NearMiss: CaseIterable {
  case byteOfBeginning
  case byteOfTail
  case cutBeginning
  case cutBeginningSigned
  case otherTail
  case flagsAgain
  case flagsAtTheEnd
  case flagsAgainUnsigned
  case flagsNotFirst
  case loneSurrogateInLine
  case loneSurrogateInBody
  case wrongSecret
  case unsigned
  case malformedSignature
  case notJSONAfterBody
  case notJSONInTail
  case noIdentity
  case wrongIdentity
  case event
  case twoBodies
  case twoBodiesSignedForFirst
  case bodyThenNull
  case bodyThenObject
  case base64
  case base64AfterBody
  case base64OfTail
  case bodyIsBase64
  case controlCharacterInPath
  case badUTF8InPath
  case escapeInPath
  case keyTwice
  case otherKeyThanBody
  case otherKeyThanTime
  case otherHeader
  case otherMark

  func line(_ lines: SentLines, _ random: inout SeededGenerator) -> SentLine {
    let bodies = lines.bodies
    let body = bodies.body(&random)
    let other = bodies.body(&random)
    switch self {
    case .byteOfBeginning:
      let changed = Self.changing(body.beginning, &random) + body.tail
      return lines.line(of: changed, signedFor: body.text, &random)
    case .byteOfTail:
      let changed = body.beginning + Self.changing(body.tail, &random)
      return lines.line(of: changed, signedFor: body.text, &random)
    case .cutBeginning:
      let cut = body.beginning.unicodeScalars.dropLast(random.number(1...9))
      return lines.line(of: String(cut) + body.tail, signedFor: body.text, &random)
    case .cutBeginningSigned:
      let cut = body.beginning.unicodeScalars.dropLast(random.number(1...9))
      return lines.line(of: String(cut) + body.tail, .payloadNotJSON, &random)
    case .otherTail:
      return lines.line(of: body.beginning + other.tail, signedFor: body.text, &random)
    case .flagsAgain:
      let flags = bodies.member("flags", Self.flags(of: other))
      return lines.line(of: body.beginning + flags + body.tail, nil, &random)
    case .flagsAtTheEnd:
      let flags = bodies.member("flags", Self.flags(of: other))
      return lines.line(of: body.text.dropLast() + flags + "}", nil, &random)
    case .flagsAgainUnsigned:
      let text = body.beginning + bodies.member("flags", "[]") + body.tail
      return lines.line(of: text, signedFor: body.text, &random)
    case .flagsNotFirst:
      let flags = bodies.member("flags", Self.flags(of: body))
      return lines.line(
        of: "{" + body.tail.dropFirst(bodies.notation.comma.count).dropLast() + flags + "}",
        nil,
        &random
      )
    case .loneSurrogateInBody:
      let tail = bodies.member("identity", "\"\\ud800\"") + "}"
      return lines.line(of: body.beginning + tail, .payloadShape, &random)
    case .notJSONInTail:
      let end = random.one(of: ["}", "]", ",", " {}", "\u{0}"])
      return lines.line(of: body.text + end, .payloadNotJSON, &random)
    case .noIdentity:
      let end = random.one(of: ["}", bodies.member("traits", "[]") + "}"])
      return lines.line(of: body.beginning + end, .payloadShape, &random)
    case .wrongIdentity:
      let tail = bodies.member("identity", random.one(of: ["5", "\"\"", "null"])) + "}"
      return lines.line(of: body.beginning + tail, .payloadShape, &random)
    case .event:
      let members = bodies.member("data", "{}") + bodies.member("event_type", "\"FLAG_DELETED\"")
      return lines.line(of: body.beginning + members + "}", .payloadShape, &random)
    case .controlCharacterInPath, .badUTF8InPath, .escapeInPath:
      let whole = lines.line(of: body.text, nil, &random)
      return changingPath(of: whole)
    case .otherKeyThanBody:
      return lines.genuine(&random).replacing("\"body\"", "\"bodx\"", .bodyMissing)
    case .otherKeyThanTime:
      return lines.genuine(&random).replacing("received_at", "received_in", .timeMissing)
    case .otherMark:
      return lines.genuine(&random).replacing("received_at\":", "received_at\";", .notJSON)
    case .otherHeader:
      let fate: RejectionReason? = lines.requiresSignature ? .unsigned : nil
      return lines.genuine(&random).replacing("lagsmith-", "lagsmitx-", fate)
    default: return record(lines, body, other, &random)
    }
  }

  /// Those whose record is unusual.
  private func record(
    _ lines: SentLines,
    _ body: SentBodies.Body,
    _ other: SentBodies.Body,
    _ random: inout SeededGenerator
  ) -> SentLine {
    let time = SentLines.time(&random)
    let text = body.text
    let string = ("body", lines.outer.string(text))
    let encoded = "\"" + Data(text.utf8).base64EncodedString() + "\""
    let good = Secrets.signature(text, Secrets.key(at: time, &random))
    func line(
      _ members: [(String, String)],
      _ signature: String?,
      _ fate: RejectionReason?,
      more: String = ""
    ) -> SentLine {
      let record = lines.record(members, signature: signature, at: time, &random)
      return SentLine(bytes: Array((record + more).utf8), fate: fate)
    }
    switch self {
    case .wrongSecret:
      let wrong = Secrets.signature(text, Secrets.wrongKey(at: time, &random))
      return line([string], wrong, .signatureMismatch)
    case .unsigned: return line([string], nil, lines.requiresSignature ? .unsigned : nil)
    case .malformedSignature: return line([string], good + "0", .malformedSignature)
    case .notJSONAfterBody: return line([string], good, .notJSON, more: "}")
    case .loneSurrogateInLine:
      let half = Notation.code(random.one(of: [0xD800, 0xDBFF, 0xDC00, 0xDFFF]))
      let inside = lines.outer.inside(body.beginning) + half + lines.outer.inside(body.tail)
      return line([("body", "\"" + inside + "\"")], good, .bodyEncoding)
    case .twoBodies: return line([("body", lines.outer.string(other.text)), string], good, nil)
    case .twoBodiesSignedForFirst:
      let members = [string, ("body", lines.outer.string(other.text))]
      return line(members, good, other == body ? nil : .signatureMismatch)
    case .bodyThenNull: return line([string, ("body", "null")], good, .bodyMissing)
    case .bodyThenObject: return line([string, ("body", "{}")], good, .signatureMismatch)
    case .base64: return line([("body_base64", encoded)], good, nil)
    case .base64AfterBody:
      let members = [("body", lines.outer.string(other.text)), ("body_base64", encoded)]
      return line(members.shuffled(using: &random), good, nil)
    case .base64OfTail:
      // The body is the tail alone, though a known beginning stands in the same line.
      let tail = "\"" + Data(body.tail.utf8).base64EncodedString() + "\""
      let members = [string, ("body_base64", tail)].shuffled(using: &random)
      let isSigned = lines.requiresSignature || random.once(in: 2)
      return line(members, isSigned ? good : nil, isSigned ? .signatureMismatch : .payloadNotJSON)
    case .keyTwice: return line([string, ("path", "\"/\""), ("path", "\"/\"")], good, nil)
    default: return line([("body", encoded), ("body_base64", "true")], good, nil)
    }
  }

  /// The line with another character at the end of its path.
  private func changingPath(of line: SentLine) -> SentLine {
    var line = line
    let key = Array("hook".utf8)
    let places = line.bytes.indices.filter { line.bytes[$0...].starts(with: key) }
    guard let last = places.last else { return line }
    // What follows is a slash, with or without a backslash, or its code.
    line.bytes.replaceSubrange(
      last..<last,
      with: self == .controlCharacterInPath
        ? [0x1F] : self == .badUTF8InPath ? [0xC3] : Array("\\u0041".utf8)
    )
    line.fate = self == .escapeInPath ? nil : .notJSON
    return line
  }

  private static func flags(of body: SentBodies.Body) -> String {
    String(body.beginning[(body.beginning.firstIndex(of: "[") ?? body.beginning.startIndex)...])
  }

  /// The text with another character in the place of one that needs no escape.
  private static func changing(_ text: String, _ random: inout SeededGenerator) -> String {
    var characters = Array(text.unicodeScalars)
    let places = characters.indices.filter { place in
      characters[place].isASCII && !"\\\"/".unicodeScalars.contains(characters[place])
        && characters[place].value > 0x20 && characters[place] != "~"
    }
    characters[random.one(of: places)] = random.one(of: ["~", "x", "}", "0"])
    var changed = String.UnicodeScalarView()
    changed.append(contentsOf: characters)
    return String(changed)
  }
}
