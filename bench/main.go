// Command bench compares the programs that gust makes with those of the official compiler: time, memory and size.
//
//	gust run -C bench . -gust gust -go go
//
// It builds every program of the folder programs with both, checks that they print the same, and runs them in turn. What
// it prints are medians of pairs: gust's figure divided by the official one of the same round, so that a machine that is
// slower in one round than in the next does little harm. Below 1 gust is better.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"
)

// sample is one run of a program.
type sample struct {
	wall, cpu time.Duration
	memory    int64 // peak resident set, bytes
	output    []byte
}

// ratios are gust's figures over the official ones.
type ratios struct{ wall, cpu, memory, size float64 }

func main() {
	gust := flag.String("gust", "gust", "the gust to compare")
	official := flag.String("go", "go", "the official Go tool to compare with")
	rounds := flag.Int("rounds", 5, "runs of each program with each tool")
	only := flag.String("only", "", "run only the programs whose name contains this")
	flag.Parse()
	if *rounds < 1 || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := compare(*gust, *official, *rounds, *only); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func compare(gust, official string, rounds int, only string) error {
	folders, err := filepath.Glob("programs/*")
	if err != nil {
		return err
	}
	folders = slices.DeleteFunc(folders, func(f string) bool { return !strings.Contains(f, only) })
	if len(folders) == 0 {
		return errors.New("no programs; is the current folder that of the benchmarks?")
	}
	work, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)

	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "gust / official\tCPU\twall\tmemory\tstripped size\t")
	var all []ratios
	for _, folder := range folders {
		r, err := pair(folder, gust, official, work, rounds)
		if err != nil {
			return fmt.Errorf("%s: %w", folder, err)
		}
		all = append(all, r)
		row(table, filepath.Base(folder), r)
	}
	row(table, "geometric mean", mean(all))
	return table.Flush()
}

func row(table *tabwriter.Writer, name string, r ratios) {
	fmt.Fprintf(table, "%s\t%.2f\t%.2f\t%.2f\t%.2f\t\n", name, r.cpu, r.wall, r.memory, r.size)
}

// pair builds one program with both tools and runs the two in turn.
func pair(folder, gust, official, work string, rounds int) (ratios, error) {
	var programs [2]string
	var sizes [2]int64
	for i, tool := range []string{official, gust} {
		programs[i] = filepath.Join(work, fmt.Sprint(filepath.Base(folder), i))
		build := exec.Command(tool, "build", "-ldflags=-s -w", "-o", programs[i], "./"+folder)
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			return ratios{}, fmt.Errorf("%s build: %w", tool, err)
		}
		info, err := os.Stat(programs[i])
		if err != nil {
			return ratios{}, err
		}
		sizes[i] = info.Size()
	}
	// The first round only warms files and processors up.
	var wall, cpu, memory []float64
	for round := range rounds + 1 {
		var samples [2]sample
		for i, program := range programs {
			s, err := run(program)
			if err != nil {
				return ratios{}, err
			}
			samples[i] = s
		}
		if !bytes.Equal(samples[0].output, samples[1].output) {
			return ratios{}, fmt.Errorf("the programs differ: official %q, gust %q", samples[0].output, samples[1].output)
		}
		if round == 0 {
			continue
		}
		wall = append(wall, samples[1].wall.Seconds()/samples[0].wall.Seconds())
		cpu = append(cpu, samples[1].cpu.Seconds()/samples[0].cpu.Seconds())
		memory = append(memory, float64(samples[1].memory)/float64(samples[0].memory))
	}
	return ratios{median(wall), median(cpu), median(memory), float64(sizes[1]) / float64(sizes[0])}, nil
}

func run(program string) (sample, error) {
	command := exec.Command(program)
	command.Stderr = os.Stderr
	start := time.Now()
	output, err := command.Output()
	wall := time.Since(start)
	if err != nil {
		return sample{}, fmt.Errorf("%s: %w", program, err)
	}
	state := command.ProcessState
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return sample{}, errors.New("the system does not tell what a process used")
	}
	return sample{wall, state.UserTime() + state.SystemTime(), usage.Maxrss * 1024, output}, nil
}

func median(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	return (values[(n-1)/2] + values[n/2]) / 2
}

// mean is the geometric mean of each figure.
func mean(all []ratios) ratios {
	of := func(figure func(ratios) float64) float64 {
		sum := 0.0
		for _, r := range all {
			sum += math.Log(figure(r))
		}
		return math.Exp(sum / float64(len(all)))
	}
	return ratios{
		wall:   of(func(r ratios) float64 { return r.wall }),
		cpu:    of(func(r ratios) float64 { return r.cpu }),
		memory: of(func(r ratios) float64 { return r.memory }),
		size:   of(func(r ratios) float64 { return r.size }),
	}
}
