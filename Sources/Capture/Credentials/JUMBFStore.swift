/// A C2PA manifest store: a superbox of JUMBF with a superbox for each manifest
/// (ISO/IEC 19566-5 annex A; C2PA 2.2, section 11.1).
///
/// Of each manifest only the description is read, which has its label. What is inside of it, such
/// as claims, signatures and pictures, is passed over: nothing here goes deeper than two levels.
struct JUMBFStore {
    /// The URN of the active manifest: the last one in the store.
    let activeURN: String

    /// Reads a store that is all that `source` has.
    init(_ source: some PictureBytes) throws(PictureFault) {
        guard try Self.isStore(source) else {
            throw .malformed("has something else where its C2PA manifest store belongs")
        }
        let store = try Self.superbox(in: source)
        let parts = try MediaBox.boxes(
            in: source, store.content, limit: PictureLimit.manifests + 1)
        var labels: [[UInt8]] = []
        // The first part describes the store.
        for part in parts.dropFirst() {
            guard !part.isOpen else {
                throw .malformed("has a box without a size in its C2PA manifest store")
            }
            // Bytes that are kept free for later.
            if part.isOf(type: "free") { continue }
            let description = try Self.description(of: part, in: source)
            guard let description, Self.manifestTypes.contains(description.type) else {
                throw .malformed("has a box in its C2PA manifest store that is no manifest")
            }
            guard let label = description.label else {
                throw .malformed("has a manifest of C2PA without a label that is read here")
            }
            labels.append(label)
        }
        guard let active = labels.last else {
            throw .malformed("has a C2PA manifest store without a manifest")
        }
        guard !labels.dropLast().contains(active) else {
            throw .twice("its active C2PA manifest")
        }
        activeURN = try Self.urn(in: active)
    }

    /// Says whether a superbox that is all that `source` has is a C2PA manifest store.
    ///
    /// One that has only the label of it, or only the type, is refused.
    static func isStore(_ source: some PictureBytes) throws(PictureFault) -> Bool {
        let box = try superbox(in: source)
        guard let description = try description(of: box, in: source) else { return false }
        let hasLabel = description.label?.elementsEqual("c2pa".utf8) ?? false
        guard hasLabel == (description.type == storeType) else {
            throw .malformed("has a box that is a C2PA manifest store by only half of its name")
        }
        return hasLabel
    }

    // MARK: - Boxes

    private static let storeType = type("c2pa")

    /// A manifest, an update manifest, and a manifest that is compressed.
    private static let manifestTypes: Set = [type("c2ma"), type("c2um"), type("c2cm")]

    /// The type of a superbox of C2PA: its four letters, and what all have behind them.
    private static func type(_ letters: String) -> [UInt8] {
        letters.utf8 + [0x00, 0x11, 0x00, 0x10, 0x80, 0x00, 0x00, 0xAA, 0x00, 0x38, 0x9B, 0x71]
    }

    /// Returns the box that `source` is, which has nothing behind it.
    private static func superbox(in source: some PictureBytes) throws(PictureFault) -> MediaBox {
        let box = try MediaBox.head(in: source, at: 0, before: source.byteCount)
        guard !box.isOpen, box.isOf(type: "jumb") else {
            throw .malformed("has something else where a box of JUMBF belongs")
        }
        guard box.whole.upperBound == source.byteCount else {
            throw .malformed("has bytes behind a box of JUMBF that are no part of it")
        }
        return box
    }

    /// Reads the description box of a superbox: its type and its label; nil for another box.
    ///
    /// The label is nil where there is none, or a longer one than is read here.
    private static func description(
        of box: MediaBox, in source: some PictureBytes
    ) throws(PictureFault) -> (type: [UInt8], label: [UInt8]?)? {
        guard box.isOf(type: "jumb") else { return nil }
        let start = box.content.lowerBound
        let head = try MediaBox.head(in: source, at: start, before: box.content.upperBound)
        guard head.isOf(type: "jumd"), !head.isOpen else {
            throw .malformed("has a box of JUMBF without a description")
        }
        let length = head.content.upperBound - head.content.lowerBound
        let content = try source.bytes(
            at: head.content.lowerBound, count: min(length, 17 + PictureLimit.labelBytes + 1))
        guard content.count >= 17 else { throw .outside }
        // The second bit says that there is a label, which ends with a zero byte.
        guard content[16] & 2 != 0 else { return (Array(content[..<16]), nil) }
        let end = content[17...].firstIndex(of: 0)
        return (Array(content[..<16]), end.map { Array(content[17..<$0]) })
    }

    // MARK: - Labels

    /// Returns the URN in the label of a manifest: `urn:c2pa:...`, `urn:uuid:...`, or of C2PA 1
    /// `VENDOR:urn:uuid:...`.
    private static func urn(in label: [UInt8]) throws(PictureFault) -> String {
        let mark = Array("urn:".utf8)
        var urn = label[...]
        if !urn.starts(with: mark), let colon = urn.firstIndex(of: UInt8(ascii: ":")) {
            urn = urn[(colon + 1)...]
        }
        guard urn.starts(with: mark), urn.count > mark.count, urn.allSatisfy(isURICharacter)
        else { throw .malformed("has an active C2PA manifest whose label is no URN") }
        guard urn.count <= PictureLimit.urnBytes else {
            throw .malformed(
                "has an active C2PA manifest whose URN has more than "
                    + "\(PictureLimit.urnBytes) bytes")
        }
        return String(decoding: urn, as: UTF8.self)
    }

    /// Unreserved, reserved, or "%" (RFC 3986 §2.1 to §2.3).
    private static func isURICharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: "!#$%&'()*+,-./:;=?@[]_~".utf8.contains(byte)
        }
    }
}
