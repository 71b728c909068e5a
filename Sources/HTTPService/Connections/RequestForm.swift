/// The form of a request that decides the form of its answer.
struct RequestForm: Sendable {
    /// It is of HTTP/1.0, whose clients cannot read chunks.
    var isOld = false

    /// It asks for an answer without its body.
    var isHead = false

    /// Nothing follows it on its connection: it says so, or is of HTTP/1.0, where only what both
    /// sides agree on would make a connection last longer.
    var isLast = false

    /// Its sender waits for leave to send its body.
    var expectsContinue = false
}

/// The form of an answer.
struct AnswerForm: Equatable {
    /// It says that the connection ends with it.
    var saysClose = false

    /// It has no length: its body goes in chunks (RFC 9112 §7.1), or ends with the connection.
    var isChunked = false

    /// It has no body, whatever the handler writes.
    var isBodiless = false
}
