/// Guesses the media type of an artifact: by its first bytes, else by its name.
enum MediaTypeGuess {
    static func guess(name: String, start: [UInt8]) -> String {
        byContent(start) ?? byName(name) ?? "application/octet-stream"
    }

    /// Containers whose first bytes say only half are decided by the rest.
    static func byContent(_ start: [UInt8]) -> String? {
        if start.count >= 12, start.starts(with: "RIFF".utf8) {
            switch String(decoding: start[8..<12], as: UTF8.self) {
            case "WEBP": return "image/webp"
            case "WAVE": return "audio/wav"
            case "AVI ": return "video/x-msvideo"
            default: return nil
            }
        }
        if start.count >= 12, start[4..<8].elementsEqual("ftyp".utf8) {
            return brand(String(decoding: start[8..<12], as: UTF8.self))
        }
        return magic.first { start.starts(with: $0.bytes) }?.type
    }

    /// The brands of ISO base media files (ISO/IEC 14496-12 §4.3).
    private static func brand(_ brand: String) -> String {
        switch brand {
        case "avif", "avis": "image/avif"
        case "heic", "heix", "heim", "heis": "image/heic"
        case "mif1", "msf1": "image/heif"
        case "qt  ": "video/quicktime"
        case "M4A ": "audio/mp4"
        case "crx ": "image/x-canon-cr3"
        default: "video/mp4"
        }
    }

    private static let magic: [(bytes: [UInt8], type: String)] = [
        ([0xFF, 0xD8, 0xFF], "image/jpeg"),
        ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "image/png"),
        ([0x49, 0x49, 0x2A, 0x00], "image/tiff"),
        ([0x4D, 0x4D, 0x00, 0x2A], "image/tiff"),
        ([0x49, 0x49, 0x2B, 0x00], "image/tiff"),
        ([0x4D, 0x4D, 0x00, 0x2B], "image/tiff"),
        (Array("GIF8".utf8), "image/gif"),
        (Array("%PDF-".utf8), "application/pdf"),
        ([0xFF, 0x0A], "image/jxl"),
        ([0x00, 0x00, 0x00, 0x0C, 0x4A, 0x58, 0x4C, 0x20], "image/jxl"),
        ([0x00, 0x00, 0x00, 0x0C, 0x6A, 0x50, 0x20, 0x20], "image/jp2"),
        (Array("fLaC".utf8), "audio/flac"),
        (Array("OggS".utf8), "application/ogg"),
        (Array("ID3".utf8), "audio/mpeg"),
        ([0x1A, 0x45, 0xDF, 0xA3], "video/x-matroska"),
        ([0x50, 0x4B, 0x03, 0x04], "application/zip"),
        (Array("glTF".utf8), "model/gltf-binary"),
    ]

    private static func byName(_ name: String) -> String? {
        guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")) else { return nil }
        return extensions[name[name.index(after: dot)...].lowercased()]
    }

    private static let extensions = [
        "csv": "text/csv", "geojson": "application/geo+json", "htm": "text/html",
        "html": "text/html", "jpeg": "image/jpeg", "jpg": "image/jpeg",
        "json": "application/json", "las": "application/vnd.las", "md": "text/markdown",
        "mp3": "audio/mpeg", "mp4": "video/mp4", "png": "image/png", "svg": "image/svg+xml",
        "tif": "image/tiff", "tiff": "image/tiff", "txt": "text/plain", "wav": "audio/wav",
        "xml": "application/xml",
    ]
}
