import HTTPTypes
package import HummingbirdCore

/// What a service has: the seam between HTTP and what is answered.
///
/// A service of one route:
///
///     struct Greeting: Routes {
///         func route(to path: String) -> Route? {
///             guard path == "/hello" else { return nil }
///             return .get("/hello") { _ in Answer.text("hello\n", cache: CacheRule.never) }
///         }
///     }
package protocol Routes: Sendable {
    /// Returns what a path, without its query, names; nil where that is nothing.
    func route(to path: String) -> Route?

    /// Returns what a path names for a client that accepts these types: a page for a person and a
    /// file for a program may have one path.
    func route(to path: String, for accepted: Accepted) -> Route?

    /// Returns the answer with a problem, in the form that the request accepts.
    func reply(to problem: Problem, _ exchange: Exchange) -> Reply

    /// What is said of a path that names nothing.
    var absence: String { get }
}

extension Routes {
    /// What is said where a service has nothing better to say.
    package var absence: String { "no such resource" }

    /// The same for every client, where a service has nothing for people.
    package func route(to path: String, for accepted: Accepted) -> Route? {
        route(to: path)
    }

    /// As ``Problem`` writes itself, where a service has no pages for people.
    package func reply(to problem: Problem, _ exchange: Exchange) -> Reply {
        problem.reply(to: exchange.accepted)
    }
}

/// One kind of resource: who may ask what of it, and how it is answered.
///
/// It is found by the path of each request, so what makes the answer has the path's parameters
/// already.
package struct Route: Sendable {
    /// Makes an answer of what a request says in its head.
    package typealias Read = @Sendable (Exchange) throws(Problem) -> Reply

    /// Begins an answer whose request may still be coming; see ``Exchange/inviteBody()``.
    package typealias Stream = @Sendable (Exchange, RequestBody) throws(Problem) -> Response

    /// Who makes the answer, and where.
    enum Work: Sendable {
        /// It is made at once, on the event loop of its connection.
        case read(Read)

        /// It takes long: the loop's other connections must not wait for it.
        case long(Read)

        /// It reads many rows or compresses, and waits for its turn where others are made.
        case queued(ReaderQueue, usualBytes: Int, Read)

        /// It is made of the whole body.
        case whole(Intake)

        /// It goes on while the body comes.
        case stream(Stream)
    }

    /// The route's name in metrics and logs: the same for all that differ only in a parameter.
    package let pattern: String

    /// Whether the route is for those who run the service: another address may have it.
    let isOperational: Bool

    let work: Work
    private let methods: [HTTPRequest.Method]

    private static let reading: [HTTPRequest.Method] = [.get, .head]
    private static let posting: [HTTPRequest.Method] = [.post]
    private static let downloading: [HTTPRequest.Method] = [.get]

    private init(
        _ pattern: String, _ methods: [HTTPRequest.Method], isOperational: Bool = false,
        _ work: Work
    ) {
        self.pattern = pattern
        self.methods = methods
        self.isOperational = isOperational
        self.work = work
    }

    /// What is read with GET and HEAD, and is there after a few reads at most.
    package static func get(
        _ pattern: String, isOperational: Bool = false, _ read: @escaping Read
    ) -> Route {
        Route(pattern, reading, isOperational: isOperational, .read(read))
    }

    /// What is read with GET and HEAD, and takes long, by those who run the service.
    ///
    /// Nobody waits for a turn, so it is not for clients: they would take the processors from those
    /// that register. What takes long for them is queued.
    package static func long(_ pattern: String, _ read: @escaping Read) -> Route {
        Route(pattern, reading, isOperational: true, .long(read))
    }

    /// What is read with GET and HEAD, and made by a queue: neither an event loop nor a thread that
    /// others wait for makes it.
    ///
    /// `usualBytes` of room are taken before it waits, where it can be more than a few pages:
    /// a client that finds no room costs nothing.
    package static func queued(
        _ pattern: String, by queue: ReaderQueue, usualBytes: Int = 0,
        isOperational: Bool = false, _ read: @escaping Read
    ) -> Route {
        Route(
            pattern, reading, isOperational: isOperational,
            .queued(queue, usualBytes: usualBytes, read))
    }

    /// What is sent with POST, and answered when all of it has come.
    package static func post(_ pattern: String, _ intake: Intake) -> Route {
        Route(pattern, posting, .whole(intake))
    }

    /// What is sent with POST, and answered as it comes.
    package static func stream(_ pattern: String, _ begin: @escaping Stream) -> Route {
        Route(pattern, posting, .stream(begin))
    }

    /// What is read with GET alone, and counted in no room: for a client that is trusted.
    package static func download(_ pattern: String, _ begin: @escaping Stream) -> Route {
        Route(pattern, downloading, .stream(begin))
    }

    /// The same route, with `change` made to each answer that it reads, as long as that is no
    /// problem.
    package func changing(_ change: @escaping @Sendable (inout Reply) -> Void) -> Route {
        guard case .read(let read) = work else { return self }
        let changed: Read = { exchange throws(Problem) in
            var reply = try read(exchange)
            change(&reply)
            return reply
        }
        return Route(pattern, methods, isOperational: isOperational, .read(changed))
    }

    /// Whether the route has this method.
    func allows(_ method: HTTPRequest.Method) -> Bool {
        methods.contains(method)
    }

    /// The answer to a method that the route does not have.
    var wrongMethod: Problem {
        let allow = methods.map(\.rawValue).joined(separator: ", ")
        return Problem(
            status: .methodNotAllowed, title: "Method Not Allowed",
            detail: "\(pattern) has \(allow)", allow: allow)
    }
}

/// How a body that is taken whole is answered.
package struct Intake: Sendable {
    /// Hands over what makes the answer, once, from any thread; it is called where it is written.
    package typealias Later = @Sendable (@escaping @Sendable () -> Reply) -> Void

    /// Makes an answer at once; returns nil where it hands it over later.
    package typealias Decide = @Sendable ([UInt8], Exchange, @escaping Later) -> Reply?

    /// Bytes of a body at most.
    let byteLimit: Int

    /// Refuses a request by its head.
    private let check: @Sendable (Exchange) throws(Problem) -> Void

    let decide: Decide

    /// Creates an intake of bodies of so many bytes.
    package init(
        upTo byteLimit: Int, check: @escaping @Sendable (Exchange) throws(Problem) -> Void,
        _ decide: @escaping Decide
    ) {
        self.byteLimit = byteLimit
        self.check = check
        self.decide = decide
    }

    /// Refuses a request by its head: by its type or encoding, or by the length it says.
    func checkHead(of exchange: Exchange) throws(Problem) {
        try check(exchange)
        if let length = exchange.contentLength, length > UInt64(byteLimit) { throw tooLarge }
    }

    /// The answer to a body that is too large.
    var tooLarge: Problem { .tooLarge("body: must not exceed \(byteLimit) bytes") }
}
