package runtime

import (
	"internal/cpu"
	"internal/runtime/exithook"
	"unsafe"
)

// main is the first goroutine.
func main() {
	fillSmallIntegers()
	seedHashes()
	fillItabs()
	readEnvironment()
	setGodebug(getenv("GODEBUG"))
	if linkedRoot != "" {
		nativeFile = linkedRoot + "/src/" + nativeFile
	}
	cpu.Initialize(getenv("GODEBUG"))
	readTracebackLevel()
	exithook.Gosched = Gosched
	exithook.Goid = func() uint64 { return current().id }
	exithook.Throw = throw
	startCollector()

	// Initialisers run on the process's first thread.
	lockosthread()
	tasks := unsafe.Slice(&initTasks, int(initTaskCount))
	for i := range tasks {
		callCode(&tasks[i])
	}
	unlockosthread()

	callCode(&mainCode)
	exitWithHooks(0)
}

// callCode calls code without arguments and results; the word with its address serves as the function value.
func callCode(code *uintptr) {
	(*(*func())(unsafe.Pointer(&code)))()
}

func exitWithHooks(code int) {
	exithook.Run(code)
	if loadUint32(&crashing) != 0 && code == 0 {
		// Another goroutine is printing its panic: let that decide.
		for {
			usleep(10 * 1000)
		}
	}
	exit(int32(code))
}

//go:linkname os_beforeExit os.runtime_beforeExit
func os_beforeExit(code int) {
	exithook.Run(code)
}

//go:linkname syscall_Exit syscall.Exit
func syscall_Exit(code int) {
	exit(int32(code))
}

// Arguments, environment and GODEBUG.

var (
	arguments   []string
	environment []string
)

func readEnvironment() {
	arguments = goStrings(argv(), int(argc()))
	n := 0
	for *(*unsafe.Pointer)(add(envp(), uintptr(n)*8)) != nil {
		n++
	}
	environment = goStrings(envp(), n)
}

func goStrings(array unsafe.Pointer, n int) []string {
	out := make([]string, n)
	for i, p := range unsafe.Slice((**byte)(array), n) {
		out[i] = goString(p)
	}
	return out
}

//go:linkname os_runtime_args os.runtime_args
func os_runtime_args() []string {
	return append([]string{}, arguments...)
}

//go:linkname syscall_runtime_envs syscall.runtime_envs
func syscall_runtime_envs() []string {
	return append([]string{}, environment...)
}

// allthreadssyscall makes a system call, its number and arguments, on all threads. Results are two words and the error.
func allthreadssyscall(call *[7]uintptr, results *[3]uintptr)

//go:linkname syscall_doAllThreadsSyscall syscall.runtime_doAllThreadsSyscall
//go:uintptrescapes
func syscall_doAllThreadsSyscall(trap, a1, a2, a3, a4, a5, a6 uintptr) (r1, r2, err uintptr) {
	call := [7]uintptr{trap, a1, a2, a3, a4, a5, a6}
	var results [3]uintptr
	allthreadssyscall(&call, &results)
	return results[0], results[1], results[2]
}

//go:linkname syscall_Getpagesize syscall.Getpagesize
func syscall_Getpagesize() int {
	return getpagesize()
}

// getAuxv gives the auxiliary vector as pairs of words.
func getAuxv() []uintptr {
	n := 0
	for *(*uintptr)(add(auxv(), uintptr(n)*8)) != 0 {
		n += 2
	}
	return append([]uintptr{}, unsafe.Slice((*uintptr)(auxv()), n)...)
}

// getenv looks a variable up in the environment the process started with.
func getenv(name string) string {
	for _, s := range environment {
		if len(s) > len(name) && s[len(name)] == '=' && s[:len(name)] == name {
			return s[len(name)+1:]
		}
	}
	return ""
}

var godebug struct {
	mu            spinlock
	update        func(defaults, env string)
	newNonDefault func(name string) func()
	env           string
	nilPanics     bool
	asyncTimers   bool // asynctimerchan=2; package time itself sees to asynctimerchan=1
}

//go:linkname godebug_setUpdate internal/godebug.setUpdate
func godebug_setUpdate(update func(string, string)) {
	godebug.update = update
	setGodebug(getenv("GODEBUG"))
}

func setGodebug(env string) {
	godebug.env = env
	godebug.nilPanics = false
	godebug.asyncTimers = false
	// Later settings win, and the environment's over the program's own.
	parseGodebug(linkedGodebug)
	parseGodebug(env)
	if godebug.update != nil {
		godebug.update(linkedGodebug, env)
	}
}

func parseGodebug(settings string) {
	for settings != "" {
		var one string
		one, settings, _ = cutAt(settings, ',')
		name, value, _ := cutAt(one, '=')
		switch name {
		case "panicnil":
			godebug.nilPanics = value == "1"
		case "asynctimerchan":
			godebug.asyncTimers = value == "2"
		}
	}
}

// panicNil tells whether panic(nil) panics with nil.
func panicNil() bool {
	return godebug.nilPanics
}

// countNonDefault counts that a setting made a difference.
func countNonDefault(name string) {
	if godebug.newNonDefault != nil {
		godebug.newNonDefault(name)()
	}
}

//go:linkname godebug_setNewIncNonDefault internal/godebug.setNewIncNonDefault
func godebug_setNewIncNonDefault(f func(string) func()) {
	godebug.newNonDefault = f
}

//go:linkname syscall_runtimeSetenv syscall.runtimeSetenv
func syscall_runtimeSetenv(key, value string) {
	if key == "GODEBUG" {
		setGodebug(value)
	}
}

//go:linkname syscall_runtimeUnsetenv syscall.runtimeUnsetenv
func syscall_runtimeUnsetenv(key string) {
	if key == "GODEBUG" {
		setGodebug("")
	}
}

//go:linkname syscall_runtimeClearenv syscall.runtimeClearenv
func syscall_runtimeClearenv(env map[string]int) {
	if _, ok := env["GODEBUG"]; ok {
		setGodebug("")
	}
}
