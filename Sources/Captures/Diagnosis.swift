internal import Bytes
internal import JSON

/// Finds out why a delivery does not verify, by trying what usually goes wrong.
struct Diagnosis {
  /// Another form of the body, and what it would mean if that were the one that was signed.
  private struct BodyForm {
    let bytes: [UInt8]
    let meaning: String
  }

  private let delivery: Delivery
  private let forms: [BodyForm]
  private let bodyLength: Int
  private let contentLength: Int?

  init(_ delivery: Delivery, line: Span<UInt8>, body: Span<UInt8>) {
    self.delivery = delivery
    switch delivery.body {
    case .exact: forms = Self.forms(ofExact: body)
    case .parsed(let range): forms = Self.layouts(of: line.extracting(range))
    }
    bodyLength = body.count
    contentLength = Self.contentLength(line)
  }

  /// What is wrong, in a sentence.
  func explanation(_ secrets: [Secret]) -> String {
    guard case .signature(let header) = delivery.claim else {
      if case .malformed(let error) = delivery.claim { return error.description }
      return "there is no X-Flagsmith-Signature header: the webhook has no secret"
    }
    for form in forms {
      for secret in secrets {
        if matches(header, form, secret.key) {
          return sentence(secret, "", form)
        }
        let trimmed = secret.key.withoutTrailingSpace
        if trimmed != secret.key, matches(header, form, trimmed) {
          return sentence(secret, " without the white space at its end", form)
        }
      }
    }
    if case .exact = delivery.body, let contentLength, bodyLength < contentLength {
      return "the body has \(bodyLength) bytes of \(contentLength): the capture cut it off"
    }
    return "no secret matches the body in any form: a wrong secret, or an altered body"
  }

  private func matches(_ header: SignatureHeader, _ form: BodyForm, _ key: [UInt8]) -> Bool {
    var hash = KeyedHash(key: key)
    hash.update(form.bytes.span)
    return hash.finalize().matchesInConstantTime(header.digest)
  }

  private func sentence(_ secret: Secret, _ change: String, _ form: BodyForm) -> String {
    let time = secret.isActive(at: delivery.receivedAt) ? "" : ", which is not active at that time"
    let body = form.meaning.isEmpty ? "" : ", if the body is \(form.meaning)"
    return "the secret \(secret.name)\(change) matches\(time)\(body)"
  }

  private static func forms(ofExact body: Span<UInt8>) -> [BodyForm] {
    var bytes: [UInt8] = []
    bytes.append(body)
    var forms = [BodyForm(bytes: bytes, meaning: "")]
    forms.append(BodyForm(bytes: bytes + [0x0A], meaning: "given a line feed at its end"))
    if bytes.last == 0x0A {
      let shorter = Array(bytes.dropLast(bytes.suffix(2) == [0x0D, 0x0A] ? 2 : 1))
      forms.append(BodyForm(bytes: shorter, meaning: "taken without the line end after it"))
    }
    forms += layouts(of: body)
    var decoded: [UInt8] = []
    if !bytes.isEmpty, (try? Base64.decode(body, into: &decoded)) != nil {
      forms.append(BodyForm(bytes: decoded, meaning: "decoded from base 64; say body_base64"))
    }
    return forms
  }

  private static func layouts(of value: Span<UInt8>) -> [BodyForm] {
    var reader = JSONReader(value, options: JSONReader.Options(allowsNonFiniteNumbers: true))
    guard let tree = try? JSONTree(reading: &reader), (try? reader.finish()) != nil else {
      return []
    }
    let layouts: [(PythonText.Layout, String)] = [
      (.flagsmith, "written again as Flagsmith writes it; the capture tool has changed it"),
      (
        PythonText.Layout(isCompact: false, sortsKeys: false),
        "written again with its keys in the order given"
      ),
      (
        PythonText.Layout(isCompact: true, sortsKeys: true),
        "written without spaces, as old versions sign the dashboard's test request"
      ),
      (
        PythonText.Layout(isCompact: true, sortsKeys: false),
        "written without spaces, keys in the order given, as old versions sign the dashboard's test request"
      ),
    ]
    return layouts.map { layout, meaning in
      var text: [UInt8] = []
      PythonText.append(tree, to: &text, layout: layout)
      return BodyForm(bytes: text, meaning: meaning)
    }
  }

  /// The value of the `Content-Length` header, where headers are an object.
  private static func contentLength(_ line: Span<UInt8>) -> Int? {
    var reader = JSONReader(line, options: JSONReader.Options(allowsNonFiniteNumbers: true))
    guard case .object(let record) = try? JSONTree(reading: &reader),
      case .object(let headers) = record.first(where: { $0.key == Array("headers".utf8) })?.value
    else { return nil }
    let header = headers.first {
      String(decoding: $0.key, as: UTF8.self).lowercased() == "content-length"
    }
    switch header?.value {
    case .string(let text), .integer(let text): return Int(String(decoding: text, as: UTF8.self))
    case .array(let values):
      guard case .string(let text) = values.first else { return nil }
      return Int(String(decoding: text, as: UTF8.self))
    default: return nil
    }
  }
}

extension [UInt8] {
  /// The bytes without spaces, tabs and line ends after them.
  fileprivate var withoutTrailingSpace: [UInt8] {
    var bytes = self
    while let last = bytes.last, [0x20, 0x09, 0x0A, 0x0D].contains(last) { bytes.removeLast() }
    return bytes
  }
}
