// More terms than the implementation takes.
package test

type t0 int
type t1 int
type t2 int
type t3 int
type t4 int
type t5 int
type t6 int
type t7 int
type t8 int
type t9 int
type t10 int
type t11 int
type t12 int
type t13 int
type t14 int
type t15 int
type t16 int
type t17 int
type t18 int
type t19 int
type t20 int
type t21 int
type t22 int
type t23 int
type t24 int
type t25 int
type t26 int
type t27 int
type t28 int
type t29 int
type t30 int
type t31 int
type t32 int
type t33 int
type t34 int
type t35 int
type t36 int
type t37 int
type t38 int
type t39 int
type t40 int
type t41 int
type t42 int
type t43 int
type t44 int
type t45 int
type t46 int
type t47 int
type t48 int
type t49 int
type t50 int
type t51 int
type t52 int
type t53 int
type t54 int
type t55 int
type t56 int
type t57 int
type t58 int
type t59 int
type t60 int
type t61 int
type t62 int
type t63 int
type t64 int
type t65 int
type t66 int
type t67 int
type t68 int
type t69 int
type t70 int
type t71 int
type t72 int
type t73 int
type t74 int
type t75 int
type t76 int
type t77 int
type t78 int
type t79 int
type t80 int
type t81 int
type t82 int
type t83 int
type t84 int
type t85 int
type t86 int
type t87 int
type t88 int
type t89 int
type t90 int
type t91 int
type t92 int
type t93 int
type t94 int
type t95 int
type t96 int
type t97 int
type t98 int
type t99 int
type t100 int

type tooMany interface {
	t0 |
		t1 |
		t2 |
		t3 |
		t4 |
		t5 |
		t6 |
		t7 |
		t8 |
		t9 |
		t10 |
		t11 |
		t12 |
		t13 |
		t14 |
		t15 |
		t16 |
		t17 |
		t18 |
		t19 |
		t20 |
		t21 |
		t22 |
		t23 |
		t24 |
		t25 |
		t26 |
		t27 |
		t28 |
		t29 |
		t30 |
		t31 |
		t32 |
		t33 |
		t34 |
		t35 |
		t36 |
		t37 |
		t38 |
		t39 |
		t40 |
		t41 |
		t42 |
		t43 |
		t44 |
		t45 |
		t46 |
		t47 |
		t48 |
		t49 |
		t50 |
		t51 |
		t52 |
		t53 |
		t54 |
		t55 |
		t56 |
		t57 |
		t58 |
		t59 |
		t60 |
		t61 |
		t62 |
		t63 |
		t64 |
		t65 |
		t66 |
		t67 |
		t68 |
		t69 |
		t70 |
		t71 |
		t72 |
		t73 |
		t74 |
		t75 |
		t76 |
		t77 |
		t78 |
		t79 |
		t80 |
		t81 |
		t82 |
		t83 |
		t84 |
		t85 |
		t86 |
		t87 |
		t88 |
		t89 |
		t90 |
		t91 |
		t92 |
		t93 |
		t94 |
		t95 |
		t96 |
		t97 |
		t98 |
		t99 |
		t100 // ERROR "cannot handle more than 100 union terms (implementation limitation)"
}

type first interface {
	t0 | t1 | t2 | t3 | t4 | t5 | t6 | t7 | t8 | t9 | t10 | t11 | t12 | t13 | t14 | t15 | t16 | t17 | t18 | t19 | t20 | t21 | t22 | t23 | t24 | t25 | t26 | t27 | t28 | t29 | t30 | t31 | t32 | t33 | t34 | t35 | t36 | t37 | t38 | t39 | t40 | t41 | t42 | t43 | t44 | t45 | t46 | t47 | t48 | t49 | t50 | t51 | t52 | t53 | t54 | t55 | t56 | t57 | t58 | t59
}

type second interface {
	t50 | t51 | t52 | t53 | t54 | t55 | t56 | t57 | t58 | t59 | t60 | t61 | t62 | t63 | t64 | t65 | t66 | t67 | t68 | t69 | t70 | t71 | t72 | t73 | t74 | t75 | t76 | t77 | t78 | t79 | t80 | t81 | t82 | t83 | t84 | t85 | t86 | t87 | t88 | t89 | t90 | t91 | t92 | t93 | t94 | t95 | t96 | t97 | t98 | t99 | t100
}

type both interface {
	first | second // ERROR "cannot handle more than 100 union terms (implementation limitation)"
}

type common interface {
	first
	second
}

func f[P common]() {}

func _() {
	f[t55]()
	f[t49]() // ERROR "t49 does not satisfy common (t49 missing in test.t50 | test.t51 | test.t52 | test.t53 | test.t54 | test.t55 | test.t56 | test.t57 | test.t58 | test.t59)"
	f[int]() // ERROR "int does not satisfy common (int missing in test.t50 | test.t51 | test.t52 | test.t53 | test.t54 | test.t55 | test.t56 | test.t57 | test.t58 | test.t59)"
}
