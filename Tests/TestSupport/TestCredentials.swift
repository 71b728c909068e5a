/// Makes C2PA manifest stores and the files that carry them, byte by byte: no more of them than
/// their reader looks at.
package enum TestCredentials {
    /// The formats that carry a store.
    package enum Format: CaseIterable, Sendable {
        case jpeg, png, tiff, bigTIFF, webp
    }

    /// A URN as C2PA 2 writes it.
    package static let urn = "urn:c2pa:4d971750-1db4-4492-a87c-5c3e7ed33efc"

    /// A store of manifests with these labels, the active one last.
    package static func store(_ labels: [String] = [urn]) -> [UInt8] {
        superbox("c2pa", "c2pa", labels.map { manifest($0) })
    }

    /// A manifest with a claim in it, which is none.
    package static func manifest(_ label: String, type: String = "c2ma") -> [UInt8] {
        superbox(
            type, label, [superbox("c2cl", "c2pa.claim", [[0, 0, 0, 9, 0x66, 0x72, 1, 2, 3]])])
    }

    /// A superbox: its description, and what is in it.
    package static func superbox(
        _ type: String, _ label: String, _ parts: [[UInt8]]
    ) -> [UInt8] {
        TestPicture.box("jumb", description(type, label) + parts.flatMap { $0 })
    }

    /// The description of a superbox with this label.
    package static func description(_ type: String, _ label: String) -> [UInt8] {
        TestPicture.box(
            "jumd",
            Array(type.utf8)
                + [0x00, 0x11, 0x00, 0x10, 0x80, 0x00, 0x00, 0xAA, 0x00, 0x38, 0x9B, 0x71]
                + [3] + Array(label.utf8) + [0])
    }

    // MARK: - Files

    /// A file with these stores.
    package static func file(_ format: Format, stores: [[UInt8]]) -> [UInt8] {
        switch format {
        case .jpeg:
            TestPicture.jpeg(
                stores.enumerated().flatMap { segments($0.element, box: $0.offset + 1) })
        case .png: TestPicture.png(stores.map { TestPicture.chunk("caBX", $0) })
        case .tiff: tiff(TestTIFF(), stores)
        case .bigTIFF: tiff(TestTIFF(isLittle: false, isBig: true), stores)
        case .webp: webp([chunk("VP8 ", [1, 2, 3])] + stores.map { chunk("C2PA", $0) })
        }
    }

    /// A file with a store.
    package static func file(_ format: Format, _ store: [UInt8] = store()) -> [UInt8] {
        file(format, stores: [store])
    }

    private static func tiff(_ tiff: TestTIFF, _ stores: [[UInt8]]) -> [UInt8] {
        tiff.file([tiff.shorts(256, [1])] + stores.map { tiff.undefined(0xCD41, $0) })
    }

    /// The segments APP11 of a box, in pieces of up to `size` bytes of its content.
    package static func segments(_ box: [UInt8], box number: Int = 1, size: Int = 60_000)
        -> [[UInt8]]
    {
        let content = Array(box.dropFirst(8))
        return stride(from: 0, to: content.count, by: size).enumerated().map { piece, start in
            segment(
                box: number, piece: piece + 1, head: Array(box.prefix(8)),
                Array(content[start..<min(start + size, content.count)]))
        }
    }

    /// One segment APP11 with a piece of a box.
    package static func segment(
        box: Int, piece: Int, head: [UInt8], _ content: [UInt8]
    ) -> [UInt8] {
        TestPicture.segment(
            0xEB,
            Array("JP".utf8) + TestPicture.number(box, 2) + TestPicture.number(piece, 4) + head
                + content)
    }

    /// A WebP of these chunks.
    package static func webp(_ chunks: [[UInt8]]) -> [UInt8] {
        let content = Array("WEBP".utf8) + chunks.flatMap { $0 }
        return Array("RIFF".utf8) + TestTIFF().number(UInt64(content.count), 4) + content
    }

    /// A chunk of RIFF.
    package static func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
        Array(type.utf8) + TestTIFF().number(UInt64(content.count), 4) + content
            + Array(repeating: 0, count: content.count % 2)
    }
}
