import CQREncode

/// A text as a QR code (ISO/IEC 18004): a square of dark and light modules.
///
/// Of error correction level M: a code that has lost 15 % of its modules can still be read.
public struct QRCode: Hashable, Sendable {
    /// Bytes of a text at most: an origin of 255 bytes, `https://` and the path of an entry take
    /// 315, and a code of twice as much is too fine to print on a label.
    public static let byteLimit = 512

    /// Light modules around a code that its reader needs (ISO/IEC 18004 §9.1).
    public static let quietModules = 4

    /// Modules of a side, without the quiet zone: 21 to 177.
    public let side: Int

    /// Row by row from the top, each from the left: whether a module is dark.
    private let modules: [Bool]

    /// Makes the code of a text of 1 to ``byteLimit`` bytes of UTF-8.
    public init(_ text: String) throws(QRCodeError) {
        let bytes = Array(text.utf8)
        guard (1...Self.byteLimit).contains(bytes.count) else {
            throw .wrongLength(bytes.count, limit: Self.byteLimit)
        }
        (side, modules) = try Self.encoded(bytes)
    }

    /// Whether the module in `column` of `row` is dark; both count from 0 at the upper left.
    public func isDark(column: Int, row: Int) -> Bool {
        precondition((0..<side).contains(column) && (0..<side).contains(row), "a module of it")
        return modules[row * side + column]
    }

    /// Modules of a side with the quiet zone on both ends.
    public var outerSide: Int { side + 2 * Self.quietModules }

    /// The dark modules as the data of an SVG path, one unit a module; the quiet zone lies within
    /// the first four units.
    ///
    /// Modules that stand side by side are one rectangle, so that no gap shows between them.
    public var path: String {
        var path = ""
        for row in 0..<side {
            var column = 0
            while column < side {
                guard isDark(column: column, row: row) else {
                    column += 1
                    continue
                }
                let start = column
                while column < side, isDark(column: column, row: row) { column += 1 }
                let (x, y) = (start + Self.quietModules, row + Self.quietModules)
                path += "M\(x) \(y)h\(column - start)v1h-\(column - start)z"
            }
        }
        return path
    }

    /// libqrencode gives one byte a module; its lowest bit says that the module is dark.
    private static func encoded(
        _ bytes: [UInt8]
    ) throws(QRCodeError) -> (side: Int, modules: [Bool]) {
        let code = unsafe QRcode_encodeData(Int32(bytes.count), bytes, 0, QR_ECLEVEL_M)
        guard let code = unsafe code else { throw .failed }
        defer { unsafe QRcode_free(code) }
        let side = unsafe Int(code.pointee.width)
        let modules = unsafe UnsafeBufferPointer(start: code.pointee.data, count: side * side)
        return (side, unsafe modules.map { $0 & 1 == 1 })
    }
}

/// Why there is no QR code of a text.
public enum QRCodeError: Error, Hashable, Sendable {
    /// The text is empty, or has more bytes than `limit`.
    case wrongLength(Int, limit: Int)

    /// libqrencode has no memory; the same call may succeed later.
    case failed
}

extension QRCodeError: CustomStringConvertible {
    /// What is wrong, in words.
    public var description: String {
        switch self {
        case .wrongLength(let count, let limit):
            "a QR code holds 1 to \(limit) bytes here, and the text has \(count)"
        case .failed: "there is no memory for a QR code"
        }
    }
}
