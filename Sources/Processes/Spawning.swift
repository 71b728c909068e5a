import CSpawn
import Foundation

/// The system calls that start a process and wait for it (POSIX `posix_spawn`, `waitid`).
enum Spawning {
    #if canImport(Darwin)
        private typealias Actions = posix_spawn_file_actions_t?
        private typealias Attributes = posix_spawnattr_t?
    #else
        private typealias Actions = posix_spawn_file_actions_t
        private typealias Attributes = posix_spawnattr_t
    #endif

    /// Starts a program and returns the number of its process.
    static func start(
        _ program: String, _ arguments: [String], _ folder: String?,
        _ environment: ChildVariables, _ streams: ChildStreams, leadsGroup: Bool
    ) throws(ChildError) -> Int32 {
        #if canImport(Darwin)
            var actions: Actions
            var attributes: Attributes
        #else
            var actions = unsafe Actions()
            var attributes = Attributes()
        #endif
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        clearSignals(&attributes)
        if leadsGroup { makeGroup(&attributes) }
        var failure = unsafe connect(streams, &actions)
        if failure == 0, let folder {
            failure = unsafe cspawn_add_folder(&actions, folder)
        }
        if failure == 0 { failure = unsafe closeOthers(&actions, &attributes) }
        var number: pid_t = 0
        if failure == 0 {
            let words = ([program] + arguments).map { Array($0.utf8) }
            failure = unsafe withPointers(to: words) { arguments in
                unsafe withPointers(to: lines(of: environment)) { variables in
                    whileBusy {
                        unsafe posix_spawn(
                            &number, program, &actions, &attributes, arguments, variables)
                    }
                }
            }
        }
        guard failure == 0 else { throw ChildError(program: program, errno: failure) }
        return number
    }

    /// How often a program is started anew that is still open for writing, and the pause before
    /// each attempt in microseconds: a second in all.
    private static let busyAttempts = 50
    private static let busyPause: useconds_t = 20_000

    /// Starts a program, again and again while its file is open for writing.
    ///
    /// Whoever has just written it may have closed it: a child of another thread that is being
    /// started in that moment has a copy of the descriptor, until it has become its program.
    private static func whileBusy(_ start: () -> Int32) -> Int32 {
        for _ in 0..<busyAttempts {
            let failure = start()
            guard failure == ETXTBSY else { return failure }
            usleep(busyPause)
        }
        return start()
    }

    /// Our threads may have signals blocked or ignored; the new process has none.
    private static func clearSignals(_ attributes: inout Attributes) {
        var none = sigset_t()
        var all = sigset_t()
        unsafe sigemptyset(&none)
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        unsafe posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))
    }

    /// The new process leads a group, whose number is its own.
    private static func makeGroup(_ attributes: inout Attributes) {
        var flags: Int16 = 0
        unsafe posix_spawnattr_getflags(&attributes, &flags)
        unsafe posix_spawnattr_setflags(&attributes, flags | Int16(POSIX_SPAWN_SETPGROUP))
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
    }

    private static func connect(_ streams: ChildStreams, _ actions: inout Actions) -> Int32 {
        let all: [(Int32, ChildStreams.Stream, Int32)] = [
            (0, streams.input, O_RDONLY),
            (1, streams.output, O_WRONLY | O_CREAT | O_TRUNC),
            (2, streams.errors, O_WRONLY | O_CREAT | O_TRUNC),
        ]
        for (number, stream, flags) in all {
            let failure =
                switch stream {
                case .nothing:
                    unsafe posix_spawn_file_actions_addopen(
                        &actions, number, "/dev/null", O_RDWR, 0)
                case .file(let path):
                    unsafe posix_spawn_file_actions_addopen(&actions, number, path, flags, 0o600)
                case .ours:
                    unsafe posix_spawn_file_actions_adddup2(&actions, number, number)
                case .descriptor(let descriptor):
                    unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, number)
                case .output:
                    unsafe posix_spawn_file_actions_adddup2(&actions, 1, number)
                }
            guard failure == 0 else { return failure }
        }
        return 0
    }

    /// Leaves the new process the three standard streams alone.
    private static func closeOthers(
        _ actions: inout Actions, _ attributes: inout Attributes
    ) -> Int32 {
        #if canImport(Darwin)
            var flags: Int16 = 0
            unsafe posix_spawnattr_getflags(&attributes, &flags)
            return unsafe posix_spawnattr_setflags(
                &attributes, flags | Int16(POSIX_SPAWN_CLOEXEC_DEFAULT))
        #else
            return unsafe cspawn_add_close_from(&actions, 3)
        #endif
    }

    /// The variables as C has them, each `NAME=VALUE`: ours are passed on as the bytes they are.
    private static func lines(of variables: ChildVariables) -> [[UInt8]] {
        func lines(_ more: [String: String]) -> [[UInt8]] {
            more.map { Array("\($0.key)=\($0.value)".utf8) }
        }
        switch variables {
        case .ours: return ours()
        case .only(let these): return lines(these)
        case .oursBut(let prefix):
            return ours().filter { !$0.starts(with: Array(prefix.utf8)) }
        case .oursAnd(let more):
            let names = more.keys.map { Array("\($0)=".utf8) }
            return ours().filter { line in !names.contains { line.starts(with: $0) } } + lines(more)
        }
    }

    /// The lines of our own environment.
    private static func ours() -> [[UInt8]] {
        var lines: [[UInt8]] = []
        guard var place = unsafe cspawn_environment() else { return lines }
        while let line = unsafe place.pointee {
            unsafe lines.append(Array(UnsafeRawBufferPointer(start: line, count: strlen(line))))
            unsafe place += 1
        }
        return lines
    }

    /// Runs `body` with the texts as C has them, and with the nil at their end.
    private static func withPointers<Value>(
        to texts: [[UInt8]], _ body: ([UnsafeMutablePointer<CChar>?]) -> Value
    ) -> Value {
        let pointers =
            unsafe texts.map { text in
                // A zero inside would end it; what is passed has none.
                unsafe (text.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { text in
                    unsafe text.baseAddress.flatMap { unsafe strdup($0) }
                }
            } + [nil]
        defer { unsafe pointers.forEach { unsafe free($0) } }
        return unsafe body(pointers)
    }

    /// Waits until the process has ended; its number stays its own.
    static func awaitEnd(of number: Int32) {
        var info = unsafe siginfo_t()
        while unsafe waitid(P_PID, id_t(number), &info, WEXITED | WNOWAIT) != 0 {
            guard errno == EINTR else { return }
        }
    }

    /// Takes the end of a process that has ended; its number may be another's afterwards.
    static func takeEnd(of number: Int32) -> ChildProcess.End {
        var status: Int32 = 0
        while unsafe waitpid(number, &status, 0) != number {
            // Whoever else takes the ends of our processes leaves us none to tell.
            guard errno == EINTR else { return .signal(0) }
        }
        let signal = status & 0x7F
        return signal == 0 ? .exit(status >> 8 & 0xFF) : .signal(signal)
    }
}
