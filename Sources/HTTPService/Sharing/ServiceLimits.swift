/// Every bound that a service sets for its clients, whatever it serves.
///
/// None of them can be reached by a well-behaved client; each is what an attacker would otherwise
/// choose.
package struct ServiceLimits: Sendable {
    /// Bytes of a request's header: method, path and all fields.
    ///
    /// The longest path of ours is a query with a URI of 255 bytes; proxies add a few fields.
    package var headerBytes = 16 * 1024

    /// Fields of a request's header.
    package var headerFields = 100

    /// Bytes that the bodies of all requests take together, with the answers of batches that wait
    /// for their clients and with all answers that are larger than ``pageBytes``; one more gets
    /// 503, as its answer or as the last one of its batch.
    ///
    /// A quarter is for single statements alone, half is for bodies alone, and one client has half
    /// of what it may have alone at most. The whole is four hundred of the largest of them,
    /// or five thousand as they usually are, and with all that is beside it less than 300 MiB.
    package var bodyMemory = 128 * 1024 * 1024

    /// Bytes of an answer that takes no room of its own: every connection may have one, beside
    /// ``unsentBytes``.
    ///
    /// Receipts, tiles and checkpoints are smaller. Larger answers are counted in ``bodyMemory``.
    package var pageBytes = 16 * 1024

    /// Bytes of a larger answer that its connection is given at a time: few enough that the next
    /// wait for the client, many enough that it does not wait for us.
    package var pieceBytes = 64 * 1024

    /// Bytes that an answer takes while it is made in pieces: the piece that the connection has and
    /// the one that waits, which may be longer by a manifest, and the state of gzip.
    package var streamBytes: Int { 2 * (pieceBytes + 256 * 1024) + Room.deflaterBytes }

    /// Connections at one time; more wait to be accepted.
    package var connections = 10_000

    /// Bytes that are read of a connection at a time: a request with a usual statement, or a
    /// hundred small ones.
    package var readBytes = 2 * 1024

    /// The same over TLS, where a record has as many at most.
    package var secureReadBytes = 16 * 1024

    /// The same while a body comes that is longer than that, and whose room is taken: it waits for
    /// its reader.
    package var bodyReadBytes = 64 * 1024

    /// Bytes of memory of the requests that a connection may bring before the server is ready for
    /// more: 250 that have no fields, or twenty that have a hundred.
    ///
    /// Bytes behind them are dropped, and the connection ends once they are answered; they must be
    /// more than ``answersPerTurn``. One read brings fewer, and the next one waits for them; more
    /// come over TLS, behind a long body, or where a client has half-closed its connection.
    package var aheadBytes = 160 * 1024

    /// Bytes of one connection that the kernel keeps until they are read.
    ///
    /// They are 1.3 MB/s at 100 ms of round trip, and are read at once where a client has closed
    /// its half of the connection.
    package var receiveBytes = 128 * 1024

    /// Answers that a connection is given before others get their turn.
    package var answersPerTurn = 8

    /// Bytes of answers that the kernel has not taken, after which a connection is not read.
    package var unsentBytes = 16 * 1024

    /// Connections that are accepted before those there are get their turn, and by which there may
    /// be more than ``connections``.
    package var accepted: UInt { UInt(max(1, min(64, connections / 64))) }

    /// HTTP/2 streams of one connection at one time; a client that wants more opens another
    /// connection.
    package var streamsPerConnection = 32

    /// HTTP/2 streams of all connections at one time; one more gets 503.
    package var streams = 4096

    /// HTTP/2 streams of all connections whose tasks have not ended, at one time; one more is reset
    /// at once.
    ///
    /// A task may end long after its stream: a client that resets what it asks for has as many as
    /// it likes under way otherwise. One takes some 10 KiB. They are twice as many as there are
    /// ``streams``, and so none that is not reset is refused by this limit.
    var unfinishedStreams: Int { 2 * streams + streamsPerConnection }

    /// Bytes that a stream's client may send ahead of us: 128 KiB at 100 ms of round trip are
    /// 1.3 MB/s, and ``streams`` of them half a gigabyte if we read none.
    package var streamWindow = 128 * 1024

    /// Bytes that all streams of one connection may send ahead of us.
    package var connectionWindow = 1024 * 1024

    /// Answers to PING, SETTINGS and the like that wait for an HTTP/2 client to read.
    package var bufferedControlFrames = 512

    /// Time for a connection's first byte to become a whole header.
    package var headerTime = Duration.seconds(15)

    /// Time a connection may idle between two requests.
    package var idleTime = Duration.seconds(75)

    /// Time for a header, a handshake or an idle connection while four of five connections are
    /// taken: a client that only holds a place gives it to one that waits.
    package var crowdedTime = Duration.seconds(2)

    /// Time in which a body must grow by ``bodyProgress``, and in which a client must take
    /// ``answerProgress`` of its answer; the scarcer connections are, the less of it there is.
    package var progressTime = Duration.seconds(20)

    /// Bytes that a body must grow by in ``progressTime``: 512 bytes a second, a poor phone's.
    package var bodyProgress = 10 * 1024

    /// Bytes that a client must take of its answer in ``progressTime``, where it has all that its
    /// connection holds: the same.
    package var answerProgress = 10 * 1024

    /// Time that an answered client has to stop sending what nobody will read.
    package var lingerTime = Duration.seconds(2)

    /// Time that running requests have to end when the server is told to stop.
    package var shutdownTime = Duration.seconds(20)

    /// Creates the limits that we recommend.
    package init() {}

    /// The limits of the connection to a bastion, which very many clients share.
    var behindBastion: ServiceLimits {
        var limits = self
        // As many as the connections of eight clients have, and no more than wait for an answer.
        limits.streamsPerConnection = 8 * streamsPerConnection
        // They are all that there are: no client has more than are free.
        limits.streams = limits.streamsPerConnection
        limits.connectionWindow = 8 * connectionWindow
        // It stands for as long as it is answered (``BastionPulse``), whether it is used or not.
        limits.idleTime = .seconds(365 * 24 * 3600)
        return limits
    }
}
