package p

// Of slices that are assigned what is made of themselves only what changes is written.

type list struct {
	items []*int
	kids  []list
}

func (l *list) add(p *int) { l.items = append(l.items, p) }

func (l *list) cut(n int) { l.items = l.items[:n] }

func (l *list) cutAll(n, m int) { l.items = l.items[:n:m] }

func (l *list) grow(kid list) { l.kids = append(l.kids, kid) }

func other(l, m *list, p *int) { l.items = append(m.items, p) }
