import NIOCore

/// What a connection of HTTP/2 has told its client by itself, and when all that was written is out;
/// and the place where its reads are held.
///
/// Stands between TLS and the library, which says GOAWAY to its client and not to us: an error of
/// one stream and one that ends the connection look the same from behind it.
final class HTTP2Wire: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    /// The client was told that the connection ends because of an error (RFC 9113 §6.8).
    private(set) var hasFailed = false

    /// Whether nothing more is read of the connection for now.
    var isHeld = false {
        didSet {
            guard !isHeld, isReadWanted else { return }
            isReadWanted = false
            context?.read()
        }
    }

    /// A read was asked for while the connection was held.
    private var isReadWanted = false

    private var frames = FrameScanner()
    private var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func read(context: ChannelHandlerContext) {
        if isHeld {
            isReadWanted = true
        } else {
            context.read()
        }
    }

    func write(
        context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
    ) {
        if case .byteBuffer(let bytes) = unwrapOutboundIn(data) {
            frames.read(bytes.readableBytesView)
            hasFailed = frames.hasFailure
        }
        context.write(data, promise: promise)
    }

    /// Calls `done` once the kernel has all that was written, or the channel is closed.
    func whenOut(_ done: @escaping () -> Void) {
        guard let context else { return done() }
        let out = context.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound(done, eventLoop: context.eventLoop)
        out.futureResult.whenComplete { _ in bound.value() }
        context.writeAndFlush(NIOAny(IOData.byteBuffer(ByteBuffer())), promise: out)
    }
}

/// Finds GOAWAY with an error among the frames that are written, in pieces of any size.
struct FrameScanner {
    /// Whether there was one.
    private(set) var hasFailure = false

    /// Bytes of a frame's head (RFC 9113 §4.1), and as many of a GOAWAY's content as tell its
    /// error: the last stream and the code.
    private static let headBytes = 9
    private static let goAwayBytes = 8
    private static let goAway: UInt8 = 7

    /// The received bytes of the head, and of a GOAWAY's content.
    private var start: [UInt8] = []
    /// Bytes that are still to come of a frame that does not matter.
    private var rest = 0

    mutating func read(_ bytes: some Collection<UInt8>) {
        var bytes = bytes[...]
        while !bytes.isEmpty {
            if rest > 0 {
                let count = min(rest, bytes.count)
                bytes = bytes.dropFirst(count)
                rest -= count
            } else if let byte = bytes.popFirst() {
                start.append(byte)
                if start.count >= Self.headBytes { look() }
            }
        }
    }

    private mutating func look() {
        let length = start[..<3].reduce(0) { $0 << 8 | Int($1) }
        guard start[3] == Self.goAway, length >= Self.goAwayBytes else {
            rest = length
            start = []
            return
        }
        guard start.count == Self.headBytes + Self.goAwayBytes else { return }
        hasFailure = hasFailure || start.suffix(4).contains { $0 != 0 }
        rest = length - Self.goAwayBytes
        start = []
    }
}
