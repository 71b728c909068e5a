import Encoding

/// What somebody says about the message of a node: that it existed, and how that can be checked.
///
///     tag (8) | length (LEB128) | payload
package enum Attestation: Hashable, Sendable {
    /// A calendar promises that a block will hold it; whoever asks the calendar gets the way there.
    case pending(calendar: String)

    /// The block of this height commits to it.
    case block(Chain, height: UInt64)

    /// A kind that is not known here, kept as it is.
    case unknown(tag: UInt64, payload: [UInt8])

    /// The chains whose blocks are named by height.
    package enum Chain: UInt64, Hashable, Sendable, CaseIterable {
        /// Its blocks can be checked here.
        case bitcoin = 0x0588_960d_73d7_1901

        /// Its blocks cannot be checked here.
        case litecoin = 0x0686_9a0d_73d7_1b45

        /// Its blocks cannot be checked here.
        case ethereum = 0x30fe_8087_b5c7_ead7
    }

    /// The tag of a calendar's promise.
    static let pendingTag: UInt64 = 0x83df_e30d_2ef9_0c8e

    /// Bytes of a payload at most: the format's own limit.
    static let payloadLimit = 8192

    /// Bytes of a calendar's URI at most: the format's own limit.
    static let calendarLimit = 1000

    /// The tag that says which kind it is.
    var tag: UInt64 {
        switch self {
        case .pending: Self.pendingTag
        case .block(let chain, _): chain.rawValue
        case .unknown(let tag, _): tag
        }
    }

    private var payload: [UInt8] {
        switch self {
        case .pending(let calendar): [UInt8](leb128: calendar.utf8.count) + calendar.utf8
        case .block(_, let height): [UInt8](leb128: height)
        case .unknown(_, let payload): payload
        }
    }

    /// Appends it as the format writes it.
    func write(to bytes: inout [UInt8]) {
        for shift in stride(from: 56, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: tag >> UInt64(shift)))
        }
        let payload = payload
        bytes += [UInt8](leb128: payload.count)
        bytes += payload
    }
}

extension Attestation: Comparable {
    /// The order in which a node's attestations are written: by tag, then by what they name.
    package static func < (left: Attestation, right: Attestation) -> Bool {
        switch (left, right) {
        case (.pending(let left), .pending(let right)):
            left.utf8.lexicographicallyPrecedes(right.utf8)
        case (.block(let chain, let left), .block(let other, let right)) where chain == other:
            left < right
        case (.unknown(let tag, let left), .unknown(let other, let right)) where tag == other:
            left.lexicographicallyPrecedes(right)
        default: left.tag < right.tag
        }
    }
}

extension Attestation {
    /// Reads one: its tag and its payload, which a known kind must fill exactly.
    init(from reader: inout AttestationReader) throws(DetachedTimestampError) {
        let tag = try reader.bytes(8).reduce(0) { $0 << 8 | UInt64($1) }
        let payload = try reader.counted(upTo: Self.payloadLimit) { .payload($0) }
        var inner = AttestationReader(payload)
        if tag == Self.pendingTag {
            let calendar = try inner.counted(upTo: Self.calendarLimit) { _ in .calendar }
            guard calendar.allSatisfy(Self.isAllowed) else { throw .calendar }
            self = .pending(calendar: String(decoding: calendar, as: UTF8.self))
        } else if let chain = Chain(rawValue: tag) {
            self = .block(chain, height: try inner.number())
        } else {
            self = .unknown(tag: tag, payload: Array(payload))
            return
        }
        try inner.finish()
    }

    /// Whether a calendar's URI may have the character: no query, no login, no percent sign.
    private static func isAllowed(_ character: UInt8) -> Bool {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "-._/:".utf8.contains(character)
        }
    }
}
