/// One element of DER as it stands in bytes: its tag and where its content is (X.690 §8, §10).
///
/// Tags above 30 are used by nothing that is read here, and are refused.
struct ASN1Element {
    static let integer: UInt8 = 0x02
    static let bitString: UInt8 = 0x03
    static let utf8String: UInt8 = 0x0c
    static let sequence: UInt8 = 0x30
    static let set: UInt8 = 0x31

    /// The identifier octet.
    let tag: UInt8

    /// Where its content is.
    let content: Range<Int>

    /// Whether its content is elements.
    var isConstructed: Bool { tag & 0x20 != 0 }

    /// Reads the element that begins at `start` of `bytes` and ends at `end` at the latest.
    ///
    /// Its length is definite and in its shortest form; of the universal types only SEQUENCE and
    /// SET have elements in them. The order in a SET OF is not looked at: OpenSSL's authority
    /// writes certificates as they come.
    init(in bytes: [UInt8], at start: Int, end: Int) throws(TimestampRefusal) {
        guard start + 2 <= end else { throw .malformed("it is cut off") }
        tag = bytes[start]
        let isUniversal = tag & 0xc0 == 0
        let isCollection = [Self.sequence, Self.set].contains(tag)
        guard tag & 0x1f != 0x1f, tag != 0, !isUniversal || isCollection == (tag & 0x20 != 0),
            !isUniversal || ![0x10, 0x11].contains(tag)
        else { throw .malformed("an element has a tag that is not known") }
        let first = Int(bytes[start + 1])
        var (length, count) = (first, 0)
        if first >= 0x80 {
            count = first & 0x7f
            guard (1...3).contains(count) else {
                throw .malformed("an element has a length that is not definite, or too long")
            }
            guard start + 2 + count <= end else { throw .malformed("it is cut off") }
            length = bytes[(start + 2)..<(start + 2 + count)].reduce(0) { $0 << 8 | Int($1) }
            guard length >= (count == 1 ? 0x80 : 1 << (8 * (count - 1))) else {
                throw .malformed("an element has a length that is not in its shortest form")
            }
        }
        let begin = start + 2 + count
        guard length <= end - begin else { throw .malformed("it is cut off") }
        content = begin..<(begin + length)
    }

    /// Reads the one element that `bytes` are.
    init(whole bytes: [UInt8]) throws(TimestampRefusal) {
        guard bytes.count <= TimestampLimit.tokenBytes else {
            throw .tooLarge(byteCount: bytes.count)
        }
        try self.init(in: bytes, at: 0, end: bytes.count)
        guard content.upperBound == bytes.count else { throw .trailingBytes }
    }

    /// The elements in its content.
    func elements(of bytes: [UInt8]) throws(TimestampRefusal) -> [ASN1Element] {
        var elements: [ASN1Element] = []
        var position = content.lowerBound
        while position < content.upperBound {
            let element = try ASN1Element(in: bytes, at: position, end: content.upperBound)
            elements.append(element)
            position = element.content.upperBound
        }
        return elements
    }

    /// Checks every element within, with a limit on how many there are and how deep they go.
    func checkWithin(_ bytes: [UInt8]) throws(TimestampRefusal) {
        var ends = [content.upperBound]
        var position = isConstructed ? content.lowerBound : content.upperBound
        var count = 0
        while let end = ends.last {
            guard position < end else {
                ends.removeLast()
                continue
            }
            let element = try ASN1Element(in: bytes, at: position, end: end)
            count += 1
            guard count <= TimestampLimit.elements, ends.count <= TimestampLimit.depth else {
                throw .malformed("it has too many elements, or too deep ones")
            }
            position = element.content.upperBound
            if element.isConstructed {
                ends.append(element.content.upperBound)
                position = element.content.lowerBound
            }
        }
    }
}
