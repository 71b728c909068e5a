#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The terminal that the process belongs to, wherever its streams lead.
public enum Terminal {
    /// Bytes of a line that is read: a passphrase is one, and a terminal's own line has some
    /// thousand.
    private static let lineLimit = 1024

    /// Reads one line that is not shown while it is typed.
    ///
    /// Nil where there is no terminal, where it is gone, or where the line is given up with Ctrl-C
    /// or Ctrl-D. These are characters here, as all are: nothing else could show what is typed
    /// again.
    ///
    /// - Parameter prompt: writes the question, once nothing that is typed is shown any more.
    public static func readSecret(prompt: () -> Void) -> [UInt8]? {
        guard let number = try? System.openFile("/dev/tty", in: nil, following: false) else {
            return nil
        }
        let terminal = Descriptor(number)
        var usual = termios()
        guard unsafe tcgetattr(terminal.number, &usual) == 0 else { return nil }
        var hidden = usual
        unsafe cfmakeraw(&hidden)
        let interruption = Interruption(restoring: usual, of: terminal.number)
        defer { interruption.end() }
        guard unsafe tcsetattr(terminal.number, TCSAFLUSH, &hidden) == 0 else { return nil }
        defer { _ = unsafe tcsetattr(terminal.number, TCSAFLUSH, &usual) }
        prompt()
        var line = Line()
        var buffer = [UInt8](repeating: 0, count: lineLimit)
        while line.end == nil, line.bytes.count <= lineLimit {
            guard (try? System.waitForInput(terminal.number, milliseconds: -1)) == true,
                let count = try? System.read(terminal.number, into: &buffer), count > 0
            else { return nil }
            for byte in buffer.prefix(count) where line.end == nil { line.take(byte) }
        }
        return line.end == .entered ? line.bytes : nil
    }

    /// Gives the terminal back where a signal ends the process meanwhile.
    ///
    /// Nothing else would: the shell that goes on shows nothing that is typed.
    private struct Interruption {
        /// The signals by which others end a process in an orderly way.
        private static let signals = [SIGTERM, SIGINT, SIGHUP, SIGQUIT]

        // For the handler: set before it is in place, and one question is asked at a time.
        private nonisolated(unsafe) static var number: Int32 = -1
        private nonisolated(unsafe) static var usual = termios()

        private var taken: [Int32] = []

        init(restoring usual: termios, of number: Int32) {
            unsafe Self.usual = usual
            unsafe Self.number = number
            for number in Self.signals {
                let former = signal(number) { caught in
                    if unsafe Self.number >= 0 {
                        _ = unsafe tcsetattr(Self.number, TCSANOW, &Self.usual)
                    }
                    _ = signal(caught, SIG_DFL)
                    raise(caught)
                }
                // Whoever ignores it, or has a handler, goes on doing so.
                if former == nil {
                    taken.append(number)
                } else {
                    _ = signal(number, former)
                }
            }
        }

        func end() {
            for number in taken { _ = signal(number, SIG_DFL) }
            unsafe Self.number = -1
        }
    }

    /// A line as it is typed, with the keys that mend it.
    private struct Line {
        enum End { case entered, givenUp }

        private(set) var bytes: [UInt8] = []
        private(set) var end: End?

        mutating func take(_ byte: UInt8) {
            switch byte {
            case UInt8(ascii: "\r"), UInt8(ascii: "\n"): end = .entered
            // Ctrl-C, and Ctrl-D.
            case 0x03, 0x04: end = .givenUp
            // Ctrl-U.
            case 0x15: bytes = []
            // Backspace takes a whole character, whose later bytes begin with 10.
            case 0x08, 0x7F:
                while let last = bytes.popLast(), last & 0xC0 == 0x80 {}
            default: bytes.append(byte)
            }
        }
    }
}
