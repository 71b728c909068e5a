import Crypto
import Encoding

/// One step from a message to the next.
package enum AttestationStep: Hashable, Sendable {
    /// The bytes are put behind the message.
    case append([UInt8])

    /// The bytes are put before the message.
    case prepend([UInt8])

    /// The message, its last byte first.
    case reverse

    /// The message as lower-case hexadecimal digits.
    case hexlify

    /// The message's SHA-256.
    case sha256

    /// Bytes of an argument, a message or a result at most: the format's own limit.
    static let byteLimit = 4096

    /// The byte that says which step it is.
    var tag: UInt8 {
        switch self {
        case .append: 0xf0
        case .prepend: 0xf1
        case .reverse: 0xf2
        case .hexlify: 0xf3
        case .sha256: 0x08
        }
    }

    private var argument: [UInt8]? {
        switch self {
        case .append(let argument), .prepend(let argument): argument
        case .reverse, .hexlify, .sha256: nil
        }
    }

    /// Returns what becomes of `message`.
    func result(of message: [UInt8]) throws(DetachedTimestampError) -> [UInt8] {
        let result: [UInt8] =
            switch self {
            case .append(let argument): message + argument
            case .prepend(let argument): argument + message
            case .reverse: message.reversed()
            case .hexlify: Array(Hex.encode(message).utf8)
            case .sha256: Array(SHA256.hash(data: message))
            }
        guard result.count <= Self.byteLimit else { throw .result(result.count) }
        return result
    }

    /// Appends it as the format writes it.
    func write(to bytes: inout [UInt8]) {
        bytes.append(tag)
        guard let argument else { return }
        bytes += [UInt8](leb128: argument.count)
        bytes += argument
    }

    /// Reads the argument of the step whose tag was read.
    init(_ tag: UInt8, from reader: inout AttestationReader) throws(DetachedTimestampError) {
        switch tag {
        case 0xf0: self = .append(try Self.argument(from: &reader))
        case 0xf1: self = .prepend(try Self.argument(from: &reader))
        case 0xf2: self = .reverse
        case 0xf3: self = .hexlify
        case 0x08: self = .sha256
        case 0x02: throw .unsupportedStep("sha1")
        case 0x03: throw .unsupportedStep("ripemd160")
        case 0x67: throw .unsupportedStep("keccak256")
        default: throw .unknownStep(tag)
        }
    }

    private static func argument(
        from reader: inout AttestationReader
    ) throws(DetachedTimestampError) -> [UInt8] {
        let argument = try reader.counted(upTo: byteLimit) { .argument($0) }
        guard !argument.isEmpty else { throw .argument(0) }
        return Array(argument)
    }
}

extension AttestationStep: Comparable {
    /// The order in which a node's steps are written: by tag, then by argument.
    package static func < (left: AttestationStep, right: AttestationStep) -> Bool {
        guard left.tag == right.tag else { return left.tag < right.tag }
        return (left.argument ?? []).lexicographicallyPrecedes(right.argument ?? [])
    }
}
