// src/studio/speech.test.ts
import assert from "node:assert/strict";
import test from "node:test";

// node_modules/preact/dist/preact.mjs
var n;
var t;
var r;
var u;
var i;
var f;
var o;
var e;
var l;
var c;
var a;
var s;
var h = Symbol.for("pv");
var p = {};
var y = [];
var v = /^m(i|n|o|s|text|space)$/;
var w = Array.isArray;
var d = y.slice;
var _ = Object.assign;
function g(n3) {
  n3 && n3.parentNode && n3.remove();
}
function k(n3, t4, r4) {
  var u4, i4, f4, o4 = {}, e4 = arguments.length;
  for (f4 in t4) "key" == f4 ? u4 = t4[f4] : "ref" == f4 && "function" != typeof n3 ? i4 = t4[f4] : o4[f4] = t4[f4];
  return e4 > 2 && (o4.children = e4 > 3 ? d.call(arguments, 2) : r4), m(n3, o4, u4, i4, null);
}
function m(r4, u4, i4, f4, o4) {
  var e4 = { type: r4, props: u4, key: i4, ref: f4, __k: null, __: null, __b: 0, __e: null, __c: null, constructor: h, __v: o4 || ++t, __i: -1, __u: 0 };
  return !o4 && n.vnode && n.vnode(e4), e4;
}
function $(n3) {
  return n3.children;
}
function x(n3, t4) {
  this.props = n3, this.context = t4, this.__g = 0;
}
function S(n3, t4) {
  if (null == t4) return n3.__ && S(n3.__, n3.__i + 1);
  for (var r4; t4 < n3.__k.length; t4++) if ((r4 = n3.__k[t4]) && r4.__e) return r4.__e;
  return "function" != typeof n3.type || n3.props.__P ? null : S(n3);
}
function C(t4) {
  var r4, u4 = t4.__v, i4 = u4.__e, f4 = [], o4 = [], e4 = t4.__P;
  e4 && ((r4 = _({ constructor: h }, u4)).__v = u4.__v + 1, n.vnode && n.vnode(r4), z(e4, r4, u4, t4.__n, e4.namespaceURI, 32 & u4.__u ? [i4] : null, f4, i4 || S(u4), 32 & u4.__u, o4), r4.__v = u4.__v, r4.__.__k[r4.__i] = r4, E(f4, r4, o4), u4.__ = u4.__e = null, r4.__e != i4 && j(r4));
}
function j(n3) {
  if ((n3 = n3.__) && n3.__c && !n3.props.__P) return n3.__e = null, n3.__k.some(function(t4) {
    return t4 && (n3.__e = t4.__e);
  }), j(n3);
}
function L(t4) {
  (8 & t4.__g || (t4.__g |= 8, u.push(t4), f++)) && i == n.debounceRendering || ((i = n.debounceRendering) || queueMicrotask)(H);
}
function H() {
  try {
    for (var n3, t4 = 1; u.length; ) u.length > t4 && u.sort(o), n3 = u.shift(), t4 = u.length, 8 & n3.__g && C(n3);
  } finally {
    (f = u.length) && (i || queueMicrotask)(H);
  }
}
function I(n3, t4, r4, u4, i4, f4, o4, e4, l4, c4, a4) {
  var s4, h4, v5, w5, d4, _3, g5 = u4.__k || y, k5 = t4.length;
  for (l4 = q(r4, t4, g5, l4, k5), s4 = 0; s4 < k5; s4++) null != (v5 = r4.__k[s4]) && (h4 = ~v5.__i && g5[v5.__i] || p, v5.__i = s4, _3 = z(n3, v5, h4, i4, f4, o4, e4, l4, c4, a4), w5 = v5.__e, (h4.ref != v5.ref || 8 & h4.__u) && (h4.ref && G(h4.ref, null, v5, h4), v5.ref && a4.push(v5.ref, v5.__c || w5, v5)), d4 = d4 || w5, 4 & v5.__u ? (l4 = A(v5, l4, n3, !h4.__v), h4.__e && (h4.__e = null)) : "function" == typeof v5.type && void 0 !== _3 ? l4 = _3 : w5 && (l4 = w5.nextSibling), v5.__u &= -21);
  return r4.__e = d4, l4;
}
function q(n3, t4, r4, u4, i4) {
  var f4, o4, e4, l4, c4, a4, s4, p5, y5, v5 = r4.length, d4 = v5, _3 = 0, g5 = 0, k5 = n3.__k = Array(i4);
  for (f4 = 0; f4 < i4; f4++) null != (o4 = t4[f4]) && "boolean" != typeof o4 && "function" != typeof o4 ? ("object" != typeof o4 || o4.constructor === String ? o4 = k5[f4] = m(null, o4) : w(o4) ? o4 = k5[f4] = m($, { children: o4 }) : o4.constructor === h && o4.__b ? o4 = k5[f4] = m(o4.type, o4.props, o4.key, o4.ref, o4.__v) : k5[f4] = o4, l4 = f4 + _3, o4.__ = n3, o4.__b = n3.__b + 1, e4 = null, ~(c4 = o4.__i = P(o4, r4, l4, d4)) && (d4--, (e4 = r4[c4]) && (e4.__u |= 2)), e4 && e4.__v ? (o4.__u |= 16, c4 == l4 - 1 ? _3-- : c4 == l4 + 1 ? _3++ : c4 != l4 && (c4 > l4 ? _3-- : _3++, g5 = 1)) : (~c4 || (i4 > v5 ? _3-- : i4 < v5 && _3++), "function" != typeof o4.type && (o4.__u |= 4))) : k5[f4] = null;
  if (g5) {
    for (a4 = [], s4 = [], f4 = 0; f4 < i4; f4++) if ((o4 = k5[f4]) && 16 & o4.__u) {
      for (_3 = 0, p5 = a4.length; _3 < p5; ) a4[y5 = _3 + p5 >> 1] < o4.__i ? _3 = y5 + 1 : p5 = y5;
      a4[_3] = o4.__i, s4[f4] = _3 + 1;
    }
    for (_3 = a4.length; f4--; ) s4[f4] && (s4[f4] == _3 ? _3-- : k5[f4].__u |= 4);
  }
  if (d4) for (f4 = 0; f4 < v5; f4++) !(e4 = r4[f4]) || 2 & e4.__u || (e4.__e == u4 && (u4 = S(e4)), J(e4, e4));
  return u4;
}
function A(n3, t4, r4, u4) {
  var i4, f4, o4, e4;
  if ("function" == typeof n3.type) {
    if (n3.props.__P) return t4;
    if (i4 = n3.__k) for (f4 = 0; f4 < i4.length; f4++) i4[f4] && (i4[f4].__ = n3, t4 = A(i4[f4], t4, r4, false));
    return t4;
  }
  for (t4 && !t4.parentNode && (t4 = S(n3)) && !t4.parentNode && (t4 = null), o4 = n3.__e, e4 = t4; e4 && 8 == e4.nodeType; ) e4 = e4.nextSibling;
  for (o4 != e4 && (!u4 && r4.moveBefore && o4.parentNode ? r4.moveBefore(o4, t4) : r4.insertBefore(o4, t4 || null)), t4 = o4; (t4 = t4 && t4.nextSibling) && 8 == t4.nodeType && !t4.data.startsWith("$s"); ) ;
  return t4;
}
function P(n3, t4, r4, u4) {
  var i4, f4 = n3.key, o4 = n3.type, e4 = t4[r4], l4 = e4 && !(2 & e4.__u);
  if (null === e4 && null == f4 || l4 && f4 == e4.key && o4 == e4.type) return r4;
  if (u4 > (l4 ? 1 : 0)) {
    for (i4 = r4 - 1; i4 >= 0; i4--) if ((e4 = t4[i4]) && !(2 & e4.__u) && f4 == e4.key && o4 == e4.type) return i4;
    for (i4 = r4 + 1; i4 < t4.length; i4++) if ((e4 = t4[i4]) && !(2 & e4.__u) && f4 == e4.key && o4 == e4.type) return i4;
  }
  return -1;
}
function T(n3, t4, r4) {
  null == r4 && (r4 = ""), "-" == t4[0] ? n3.setProperty(t4, r4) : n3[t4] = r4;
}
function N(n3, t4, r4, u4, i4) {
  var f4, o4;
  if ("style" == t4) if ("string" == typeof r4) n3.style.cssText = r4;
  else {
    if ("string" == typeof u4 && (n3.style.cssText = u4 = ""), u4) for (t4 in u4) r4 && t4 in r4 || T(n3.style, t4);
    if (r4) for (t4 in r4) u4 && r4[t4] == u4[t4] || T(n3.style, t4, r4[t4]);
  }
  else if ("o" == t4[0] && "n" == t4[1]) "function" != typeof r4 && (r4 = null), "function" != typeof u4 && (u4 = null), (n3.__e || (n3.__e = {}))[t4] = r4, r4 && u4 || (o4 = a[t4] || (a[t4] = V(t4)), (n3.__a || (n3.__a = {}))[t4] = c, f4 = t4 != (t4 = t4.replace(l, "$1")), (t4 = t4.slice(2))[0] < "a" && (t4 = t4.toLowerCase()), r4 ? n3.addEventListener(t4, o4, f4) : n3.removeEventListener(t4, o4, f4));
  else {
    if ("http://www.w3.org/2000/svg" == i4) t4 = t4.replace(/xlink(H|:h)/, "h").replace(/sName$/, "s");
    else if ("width" != t4 && "height" != t4 && "href" != t4 && "list" != t4 && "form" != t4 && "tabIndex" != t4 && "download" != t4 && "rowSpan" != t4 && "colSpan" != t4 && "role" != t4 && "popover" != t4 && t4 in n3) try {
      return void (n3[t4] = null == r4 ? "" : r4);
    } catch (n4) {
    }
    if ("function" == typeof r4) return;
    null == r4 || false === r4 && "-" != t4[4] ? n3.removeAttribute(t4) : n3.setAttribute(t4, "popover" == t4 && 1 == r4 ? "" : r4);
  }
}
function V(t4) {
  return function(r4) {
    var u4 = this.__e;
    if (u4) {
      if (u4 = u4[t4], null == r4[e]) r4[e] = c++;
      else if (r4[e] < this.__a[t4]) return;
      return u4(n.event ? n.event(r4) : r4);
    }
  };
}
function z(t4, r4, u4, i4, f4, o4, e4, l4, c4, a4) {
  var s4, p5, v5, d4, k5, b3, m5, M2, C3, j3, L2, H2, q2, A4, O2, P2, T3, N2, V2 = r4.type;
  if (r4.constructor !== h) return null;
  128 & u4.__u && (c4 = 32 & u4.__u, s4 = u4.__c.__z) && (r4.__u |= c4, p5 = o4 = [], 8 == s4.nodeType ? l4 = B(s4, o4) : o4.push(s4), l4 = o4[0] || l4), (s4 = n.__b) && s4(r4);
  n: if ("function" == typeof V2) {
    v5 = e4.length;
    try {
      if (M2 = r4.props, C3 = (s4 = V2.prototype) && s4.render, j3 = (s4 = V2.contextType) && i4[s4.__c], L2 = s4 ? j3 ? j3.props.value : s4.__ : i4, (d4 = u4.__c) ? (r4.__c = d4, 2 & d4.__g && (d4.__g |= 1)) : (C3 ? r4.__c = d4 = new V2(M2, L2) : (r4.__c = d4 = new x(M2, L2), d4.constructor = V2, d4.render = K), j3 && j3.sub(d4), d4.state || (d4.state = {}), d4.__n = i4, d4.__g |= 8, d4.__h = [], d4.__k = []), C3 && (d4.__s || (d4.__s = d4.state), V2.getDerivedStateFromProps && (d4.__s == d4.state && (d4.__s = _({}, d4.__s)), _(d4.__s, V2.getDerivedStateFromProps(M2, d4.__s)))), k5 = d4.props, b3 = d4.state, d4.__v = r4, u4.__c) {
        if (M2 !== k5 && C3 && !V2.getDerivedStateFromProps && d4.componentWillReceiveProps && d4.componentWillReceiveProps(M2, L2), r4.__v == u4.__v && !(8 & d4.__g) || !(4 & d4.__g) && d4.shouldComponentUpdate && false === d4.shouldComponentUpdate(M2, d4.__s, L2)) {
          r4.__v != u4.__v && (d4.props = M2, d4.state = d4.__s, d4.__g &= -9), r4.__e = u4.__e, r4.__k = u4.__k, r4.__k.some(function(n3) {
            n3 && (n3.__ = r4);
          }), y.push.apply(d4.__h, d4.__k), d4.__k = [], d4.__h.length && e4.push(d4), l4 = S(u4);
          break n;
        }
        d4.componentWillUpdate && d4.componentWillUpdate(M2, d4.__s, L2), C3 && d4.componentDidUpdate && d4.__h.push(function() {
          d4.componentDidUpdate(k5, b3, m5);
        });
      } else C3 && !V2.getDerivedStateFromProps && d4.componentWillMount && d4.componentWillMount(), C3 && d4.componentDidMount && d4.__h.push(d4.componentDidMount);
      d4.context = L2, d4.props = M2, d4.__P = t4, d4.__g &= -5, H2 = n.__r, q2 = C3 ? 25 : 0;
      do {
        d4.__g &= -9, H2 && H2(r4), s4 = d4.render(d4.props, d4.state = d4.__s, d4.context);
      } while (8 & d4.__g && ++q2 < 25);
      C3 && (y.push.apply(d4.__h, d4.__k), d4.__k = []), d4.state = d4.__s, d4.getChildContext && (i4 = _({}, i4, d4.getChildContext())), C3 && u4.__c && d4.getSnapshotBeforeUpdate && (m5 = d4.getSnapshotBeforeUpdate(k5, b3)), A4 = s4 && s4.type === $ && null == s4.key ? s4.props.children : s4, M2.__P && (s4 = l4, f4 = (t4 = M2.__P).namespaceURI, c4 = o4 = null, u4.props && u4.props.__P != t4 && (u4.__k.some(function(n3) {
        n3 && J(n3, n3);
      }), u4.__k = null), l4 = u4.__k ? S(u4, 0) : null), l4 = I(t4, w(A4) ? A4 : [A4], r4, u4, i4, f4, o4, e4, l4, c4, a4), M2.__P && (r4.__e = null, l4 = s4), r4.__u &= -161, p5 && p5.some(g), d4.__h.length && e4.push(d4), 1 & d4.__g && (d4.__g &= -4);
    } catch (t5) {
      if (e4.length = v5, r4.__v = null, c4 || o4) if (t5 && t5.then) {
        if (r4.__u |= 128 | c4, o4) {
          for (~(T3 = o4.indexOf(l4 || void 0)) || (T3 = o4.length); (N2 = o4[T3 - 1]) && 8 == N2.nodeType; ) T3--;
          for (; T3 < o4.length; T3++) if (N2 = o4[T3]) if (o4[T3] = null, O2) {
            if (N2 == P2) break;
          } else {
            if (8 != N2.nodeType) break;
            N2.data.startsWith("$s") && (P2 = B(O2 = N2));
          }
        }
        if (!O2) {
          for (; l4 && 8 == l4.nodeType && l4.nextSibling; ) l4 = l4.nextSibling;
          O2 = l4;
        }
        (s4 = B(O2 = r4.__c.__z || (r4.__c.__z = O2))) ? (r4.__e = O2, l4 = s4) : r4.__e = l4, l4 = l4 && l4.nextSibling;
      } else o4 && o4.some(g);
      else r4.__e = u4.__e;
      r4.__k || (r4.__k = u4.__k || []), t5 && t5.then || D(r4), n.__e(t5, r4, u4);
    }
  } else l4 = r4.__e = F(u4.__e, r4, u4, i4, f4, o4, e4, c4, a4, t4);
  return (s4 = n.diffed) && s4(r4), l4;
}
function B(n3, t4) {
  if (n3 && 8 == n3.nodeType && n3.data.startsWith("$s")) for (var r4 = 1; n3 = n3.nextSibling; ) {
    if (8 == n3.nodeType) {
      if (n3.data.startsWith("$s")) r4++;
      else if (n3.data.startsWith("/$s") && !--r4) return n3;
    }
    t4 && t4.push(n3);
  }
}
function D(n3) {
  n3 && (n3.__c && (n3.__c.__g |= 4), n3.__k && n3.__k.some(D));
}
function E(t4, r4, u4) {
  for (var i4 = 0; i4 < u4.length; ) G(u4[i4++], u4[i4++], u4[i4++]);
  n.__c && n.__c(r4, t4), t4.some(function(r5) {
    try {
      t4 = r5.__h, r5.__h = [], t4.some(function(n3) {
        n3.call(r5);
      });
    } catch (t5) {
      n.__e(t5, r5.__v);
    }
  });
}
function F(t4, r4, u4, i4, f4, o4, e4, l4, c4, a4) {
  var s4, h4, y5, _3, k5, b3, m5, M2, $2 = u4.props || p, x3 = r4.props, C3 = r4.type;
  if ("svg" == C3 ? f4 = "http://www.w3.org/2000/svg" : "math" == C3 ? f4 = "http://www.w3.org/1998/Math/MathML" : f4 || (f4 = "http://www.w3.org/1999/xhtml"), o4) {
    for (s4 = 0; s4 < o4.length; s4++) if ((k5 = o4[s4]) && (C3 ? k5.localName == C3 : 3 == k5.nodeType)) {
      t4 = k5, o4[s4] = null;
      break;
    }
  }
  if (!t4) {
    if (M2 = a4.ownerDocument || document, !C3) return M2.createTextNode(x3);
    t4 = M2.createElementNS(f4, C3, x3.is ? x3 : a4), l4 && (n.__m && n.__m(r4, o4), l4 = false), o4 = null;
  }
  if (C3) {
    if (a4 = "template" == C3 && t4.content || t4, o4 = "textarea" == C3 && null != x3.defaultValue ? null : o4 && d.call(a4.childNodes), !l4 && o4) for ($2 = {}, s4 = 0; s4 < t4.attributes.length; s4++) $2[(k5 = t4.attributes[s4]).name] = k5.value;
    for (s4 in $2) k5 = $2[s4], "dangerouslySetInnerHTML" == s4 ? y5 = k5 : "children" == s4 || s4 in x3 || "value" == s4 && "defaultValue" in x3 || "checked" == s4 && "defaultChecked" in x3 || N(t4, s4, null, k5, f4);
    for (s4 in x3) k5 = x3[s4], "children" == s4 ? _3 = k5 : "dangerouslySetInnerHTML" == s4 ? h4 = k5 : "value" == s4 ? b3 = k5 : "checked" == s4 ? m5 = k5 : l4 && "function" != typeof k5 || $2[s4] === k5 || N(t4, s4, k5, $2[s4], f4);
    h4 ? (l4 || y5 && (h4.__html == y5.__html || h4.__html == t4.innerHTML) || (t4.innerHTML = h4.__html), r4.__k = []) : (y5 && (t4.textContent = ""), ("foreignObject" == C3 || "http://www.w3.org/1998/Math/MathML" == f4 && v.test(C3)) && (f4 = "http://www.w3.org/1999/xhtml"), I(a4, w(_3) ? _3 : [_3], r4, u4, i4, f4, o4, e4, o4 ? o4[0] : u4.__k && S(u4, 0), l4, c4), o4 && o4.some(g)), l4 && "textarea" != C3 || (s4 = "value", "progress" == C3 && null == b3 ? t4.removeAttribute(s4) : null == b3 || b3 === t4[s4] && ("progress" != C3 || b3) || N(t4, s4, b3, $2[s4], f4), s4 = "checked", null != m5 && m5 != t4[s4] && N(t4, s4, m5, $2[s4], f4));
  } else $2 === x3 || l4 && t4.data == x3 || (t4.data = x3);
  return t4;
}
function G(t4, r4, u4, i4) {
  try {
    "function" == typeof t4 ? r4 ? r4.__x = t4(r4) || 1 : i4 && (i4 = i4.__c || i4.__e) && (r4 = i4.__x) && (i4.__x = null, "function" == typeof r4 ? r4() : t4(null)) : t4.current = r4;
  } catch (t5) {
    n.__e(t5, u4);
  }
}
function J(t4, r4, u4) {
  var i4, f4, o4, e4;
  if (n.unmount && n.unmount(t4), !(i4 = t4.ref) || i4.current && i4.current != t4.__e || G(i4, null, r4, t4), i4 = t4.__c) {
    if (i4.componentWillUnmount) try {
      i4.componentWillUnmount();
    } catch (t5) {
      n.__e(t5, r4);
    }
    i4.__P = i4.__n = null;
  }
  if (i4 = t4.__k) for (e4 = 0; e4 < i4.length; e4++) i4[e4] && J(i4[e4], r4, "function" != typeof t4.type || u4 && !t4.props.__P);
  !u4 && (i4 = t4.__c) && (i4 = i4.__z) && (f4 = B(i4, o4 = [])) && (i4 == t4.__e && o4.some(g), g(f4), g(i4)), u4 || g(t4.__e), t4.__e = t4.__c = t4.__ = null;
}
function K(n3, t4, r4) {
  return this.constructor(n3, r4);
}
n = { __e: function(n3, t4, r4, u4) {
  for (var i4, o4, e4; t4 = t4.__; ) if ((i4 = t4.__c) && !(1 & i4.__g)) {
    i4.__g |= 4;
    try {
      if ((e4 = (o4 = i4.constructor) && o4.getDerivedStateFromError) && i4.setState(o4.getDerivedStateFromError(n3)), i4.componentDidCatch && (i4.componentDidCatch(n3, u4 || {}), e4 = 1), e4 && 8 & i4.__g) return void (i4.__g |= 2);
    } catch (t5) {
      n3 = t5;
    }
  }
  throw f = 0, n3;
} }, t = 0, r = function(n3) {
  return null != n3 && n3.constructor === h;
}, x.prototype.setState = function(n3, t4) {
  var r4 = this.__s;
  r4 && r4 != this.state || (r4 = this.__s = _({}, this.state)), "function" == typeof n3 && (n3 = n3(_({}, r4), this.props)), n3 && (_(r4, n3), this.__v && (t4 && this.__k.push(t4), L(this)));
}, x.prototype.forceUpdate = function(n3) {
  this.__v && (this.__g |= 4, n3 && this.__h.push(n3), L(this));
}, x.prototype.render = $, u = [], f = 0, o = function(n3, t4) {
  return n3.__v.__b - t4.__v.__b;
}, e = Symbol(), l = /(PointerCapture)$|Capture$/i, c = 0, a = {}, s = 0;

// node_modules/preact/hooks/dist/hooks.mjs
var t2;
var r2;
var u2;
var i2;
var o2 = Object.is;
var f2 = 0;
var c2 = [];
var e2 = [];
var a2 = n;
var v2 = a2.__b;
var l2 = a2.__r;
var m2 = a2.diffed;
var h2 = a2.__c;
var s2 = a2.unmount;
var p2 = a2.__;
function y2(n3, t4) {
  a2.__h && a2.__h(r2, n3, f2 || t4), f2 = 0;
  var u4 = r2.__H || (r2.__H = { __: [], __h: [] });
  return n3 >= u4.__.length && u4.__.push({}), u4.__[n3];
}
function w2(n3, r4) {
  var u4 = y2(t2++, 7);
  return E2(u4.__H, r4) && (u4.__ = n3(), u4.__H = r4), u4.__;
}
function g2() {
  var n3;
  do {
    for (; n3 = e2.shift(); ) try {
      C2(n3);
    } catch (t5) {
      a2.__e(t5, { __: (n3 = n3.__P) && n3.__v });
    }
    for (; n3 = c2.shift(); ) {
      var t4 = n3.__H;
      if (n3.__P && t4) try {
        t4.__h.some(C2), t4.__h.some(D2), t4.__h = [];
      } catch (r4) {
        t4.__h = [], a2.__e(r4, n3.__v);
      }
    }
  } while (e2.length);
}
a2.__b = function(n3) {
  r2 = null, v2 && v2(n3);
}, a2.__ = function(n3, t4) {
  n3 && t4.__k && t4.__k.__m && (n3.__m = t4.__k.__m), p2 && p2(n3, t4);
}, a2.__r = function(n3) {
  l2 && l2(n3), t2 = 0;
  var i4 = (r2 = n3.__c).__H;
  i4 && (u2 == r2 ? r2.__h = [] : (i4.__h.some(C2), i4.__h.some(D2), t2 = 0), i4.__h = [], i4.__.some(function(n4) {
    n4.__N && (n4.__ = n4.__N), n4.u = n4.__N = void 0;
  })), u2 = r2;
}, a2.diffed = function(n3) {
  m2 && m2(n3);
  var t4 = n3.__c;
  t4 && t4.__H && (t4.__H.__h.length && B2(c2.push(t4)), t4.__H.__.some(function(n4) {
    n4.u && (n4.__H = n4.u);
  })), u2 = r2 = null;
}, a2.__c = function(n3, t4) {
  t4.some(function(n4) {
    try {
      n4.__h.some(C2), n4.__h = n4.__h.filter(function(n5) {
        return !n5.__ || D2(n5);
      });
    } catch (t5) {
      n4.__h = [function() {
        throw t5;
      }];
    }
  }), h2 && h2(n3, t4);
}, a2.unmount = function(n3) {
  s2 && s2(n3);
  var t4, r4, u4 = n3.__c;
  u4 && u4.__H && (u4.__H.__.some(function(u5) {
    try {
      if (u5.__P && u5.__c) {
        if (void 0 === r4) {
          for (r4 = n3.__; r4 && (!r4.__c || !r4.__c.__P); ) r4 = r4.__;
          r4 = r4 && r4.__c;
        }
        u5.__P = r4, B2(e2.push(u5));
      } else C2(u5);
    } catch (n4) {
      t4 = n4;
    }
  }), u4.__H = void 0, t4 && a2.__e(t4, u4.__v));
};
var k2 = "function" == typeof requestAnimationFrame;
function z2(n3) {
  var t4, r4 = function() {
    clearTimeout(u4), k2 && cancelAnimationFrame(t4), setTimeout(n3);
  }, u4 = setTimeout(r4, 35);
  k2 && (t4 = requestAnimationFrame(r4));
}
function B2(n3) {
  1 != n3 && i2 == a2.requestAnimationFrame || ((i2 = a2.requestAnimationFrame) || z2)(g2);
}
function C2(n3) {
  var t4 = r2, u4 = n3.__c;
  "function" == typeof u4 && (n3.__c = void 0, u4()), r2 = t4;
}
function D2(n3) {
  var t4 = r2;
  n3.__c = n3.__(), r2 = t4;
}
function E2(n3, t4) {
  return !n3 || n3.length != t4.length || t4.some(function(t5, r4) {
    return !o2(t5, n3[r4]);
  });
}

// node_modules/@preact/signals-core/dist/signals-core.mjs
var t3 = Symbol.for("preact-signals");
function i3() {
  if (e3 > 1) {
    e3--;
    return;
  }
  let t4, i4 = false;
  !(function() {
    let t5 = h3;
    h3 = void 0;
    while (void 0 !== t5) {
      const i5 = t5.S;
      if (i5.v === t5.v) {
        for (let n3 = i5.t; void 0 !== n3; n3 = n3.x) if (n3.i === t5.i) n3.i = i5.i;
      }
      t5 = t5.o;
    }
  })();
  while (void 0 !== r3) {
    let n3 = r3;
    r3 = void 0;
    c3++;
    while (void 0 !== n3) {
      const o4 = n3.u;
      n3.u = void 0;
      n3.f &= -3;
      if (!(8 & n3.f) && w3(n3)) try {
        n3.c();
      } catch (n4) {
        if (!i4) {
          t4 = n4;
          i4 = true;
        }
      }
      n3 = o4;
    }
  }
  c3 = 0;
  e3--;
  if (i4) throw t4;
}
function n2(t4) {
  if (e3 > 0) return t4();
  d2 = ++u3;
  e3++;
  try {
    return t4();
  } finally {
    i3();
  }
}
var o3;
var s3;
var r3;
function f3(t4) {
  const i4 = o3, n3 = s3;
  o3 = void 0;
  s3 = void 0;
  try {
    return t4();
  } finally {
    o3 = i4;
    s3 = n3;
  }
}
var h3;
var e3 = 0;
var c3 = 0;
var u3 = 0;
var d2 = 0;
var v3 = 0;
function l3(t4) {
  if (void 0 === o3) return;
  let i4 = t4.n;
  if (void 0 === i4 || i4.t !== o3) {
    i4 = { i: 0, S: t4, p: o3.s, n: void 0, t: o3, e: void 0, x: void 0, r: i4 };
    if (void 0 !== o3.s) o3.s.n = i4;
    o3.s = i4;
    t4.n = i4;
    if (32 & o3.f) t4.S(i4);
    return i4;
  } else if (-1 === i4.i) {
    i4.i = 0;
    if (void 0 !== i4.n) {
      i4.n.p = i4.p;
      if (void 0 !== i4.p) i4.p.n = i4.n;
      i4.p = o3.s;
      i4.n = void 0;
      o3.s.n = i4;
      o3.s = i4;
    }
    return i4;
  }
}
function y3(t4, i4) {
  this.v = t4;
  this.i = 0;
  this.n = void 0;
  this.t = void 0;
  this.l = 0;
  this.W = null == i4 ? void 0 : i4.watched;
  this.Z = null == i4 ? void 0 : i4.unwatched;
  this.name = null == i4 ? void 0 : i4.name;
}
y3.prototype.brand = t3;
y3.prototype.h = function() {
  return true;
};
y3.prototype.S = function(t4) {
  const i4 = this.t;
  if (i4 !== t4 && void 0 === t4.e) {
    t4.x = i4;
    this.t = t4;
    if (void 0 !== i4) i4.e = t4;
    else f3(() => {
      var t5;
      null == (t5 = this.W) || t5.call(this);
    });
  }
};
y3.prototype.U = function(t4) {
  if (void 0 !== this.t) {
    const i4 = t4.e, n3 = t4.x;
    if (void 0 !== i4) {
      i4.x = n3;
      t4.e = void 0;
    }
    if (void 0 !== n3) {
      n3.e = i4;
      t4.x = void 0;
    }
    if (t4 === this.t) {
      this.t = n3;
      if (void 0 === n3) f3(() => {
        var t5;
        null == (t5 = this.Z) || t5.call(this);
      });
    }
  }
};
y3.prototype.subscribe = function(t4) {
  return x2(() => {
    const i4 = this.value;
    f3(() => t4(i4));
  }, { name: "sub" });
};
y3.prototype.valueOf = function() {
  return this.value;
};
y3.prototype.toString = function() {
  return this.value + "";
};
y3.prototype.toJSON = function() {
  return this.value;
};
y3.prototype.peek = function() {
  return f3(() => this.value);
};
Object.defineProperty(y3.prototype, "value", { get() {
  const t4 = l3(this);
  if (void 0 !== t4) t4.i = this.i;
  return this.v;
}, set(t4) {
  if (t4 !== this.v) {
    if (c3 > 100) throw new Error("Cycle detected");
    !(function(t5) {
      if (0 !== e3 && 0 === c3) {
        if (t5.l !== d2) {
          t5.l = d2;
          h3 = { S: t5, v: t5.v, i: t5.i, o: h3 };
        }
      }
    })(this);
    this.v = t4;
    this.i++;
    v3++;
    e3++;
    try {
      for (let t5 = this.t; void 0 !== t5; t5 = t5.x) t5.t.N();
    } finally {
      i3();
    }
  }
} });
function a3(t4, i4) {
  return new y3(t4, i4);
}
function w3(t4) {
  for (let i4 = t4.s; void 0 !== i4; i4 = i4.n) if (i4.S.i !== i4.i || !i4.S.h() || i4.S.i !== i4.i) return true;
  return false;
}
function b(t4) {
  for (let i4 = t4.s; void 0 !== i4; i4 = i4.n) {
    const n3 = i4.S.n;
    if (void 0 !== n3) i4.r = n3;
    i4.S.n = i4;
    i4.i = -1;
    if (void 0 === i4.n) {
      t4.s = i4;
      break;
    }
  }
}
function _2(t4) {
  let i4, n3 = t4.s;
  while (void 0 !== n3) {
    const t5 = n3.p;
    if (-1 === n3.i) {
      n3.S.U(n3);
      if (void 0 !== t5) t5.n = n3.n;
      if (void 0 !== n3.n) n3.n.p = t5;
    } else i4 = n3;
    n3.S.n = n3.r;
    if (void 0 !== n3.r) n3.r = void 0;
    n3 = t5;
  }
  t4.s = i4;
}
function j2(t4, i4) {
  y3.call(this, void 0, i4);
  this.x = t4;
  this.s = void 0;
  this.g = v3 - 1;
  this.f = 4;
}
j2.prototype = new y3();
j2.prototype.h = function() {
  this.f &= -3;
  if (1 & this.f) return false;
  if (32 == (36 & this.f)) return true;
  this.f &= -5;
  if (this.g === v3) return true;
  this.g = v3;
  this.f |= 1;
  if (this.i > 0 && !w3(this)) {
    this.f &= -2;
    return true;
  }
  const t4 = o3;
  try {
    b(this);
    o3 = this;
    const t5 = this.x();
    if (16 & this.f || this.v !== t5 || 0 === this.i) {
      this.v = t5;
      this.f &= -17;
      this.i++;
    }
  } catch (t5) {
    this.v = t5;
    this.f |= 16;
    this.i++;
  }
  o3 = t4;
  _2(this);
  this.f &= -2;
  return true;
};
j2.prototype.S = function(t4) {
  if (void 0 === this.t) {
    this.f |= 36;
    for (let t5 = this.s; void 0 !== t5; t5 = t5.n) t5.S.S(t5);
  }
  y3.prototype.S.call(this, t4);
};
j2.prototype.U = function(t4) {
  if (void 0 !== this.t) {
    y3.prototype.U.call(this, t4);
    if (void 0 === this.t) {
      this.f &= -33;
      for (let t5 = this.s; void 0 !== t5; t5 = t5.n) t5.S.U(t5);
    }
  }
};
j2.prototype.N = function() {
  if (!(2 & this.f)) {
    this.f |= 6;
    for (let t4 = this.t; void 0 !== t4; t4 = t4.x) t4.t.N();
  }
};
Object.defineProperty(j2.prototype, "value", { get() {
  if (1 & this.f) throw new Error("Cycle detected");
  const t4 = l3(this);
  this.h();
  if (void 0 !== t4) t4.i = this.i;
  if (16 & this.f) throw this.v;
  return this.v;
} });
function O(t4, i4) {
  return new j2(t4, i4);
}
function p3(t4) {
  const n3 = t4.j;
  t4.j = void 0;
  if ("function" == typeof n3) {
    e3++;
    const s4 = o3;
    o3 = void 0;
    try {
      n3();
    } catch (i4) {
      t4.f &= -2;
      t4.f |= 8;
      g3(t4);
      throw i4;
    } finally {
      o3 = s4;
      i3();
    }
  }
}
function g3(t4) {
  for (let i4 = t4.s; void 0 !== i4; i4 = i4.n) i4.S.U(i4);
  t4.x = void 0;
  t4.s = void 0;
  p3(t4);
}
function S2(t4) {
  if (o3 !== this) throw new Error("Out-of-order effect");
  _2(this);
  o3 = t4;
  this.f &= -2;
  try {
    if (8 & this.f) g3(this);
  } finally {
    i3();
  }
}
function m3(t4, i4) {
  this.x = t4;
  this.j = void 0;
  this.s = void 0;
  this.u = void 0;
  this.f = 32;
  this.name = null == i4 ? void 0 : i4.name;
  if (s3) s3.push(this);
}
m3.prototype.c = function() {
  const t4 = this.S();
  try {
    if (8 & this.f) return;
    if (void 0 === this.x) return;
    const i4 = this.x();
    if ("function" == typeof i4) this.j = i4;
  } finally {
    t4();
  }
};
m3.prototype.S = function() {
  if (1 & this.f) throw new Error("Cycle detected");
  this.f |= 1;
  this.f &= -9;
  p3(this);
  b(this);
  e3++;
  const t4 = o3;
  o3 = this;
  return S2.bind(this, t4);
};
m3.prototype.N = function() {
  if (!(2 & this.f)) {
    this.f |= 2;
    this.u = r3;
    r3 = this;
  }
};
m3.prototype.d = function() {
  this.f |= 8;
  if (!(1 & this.f)) g3(this);
};
m3.prototype.dispose = function() {
  this.d();
};
function x2(t4, i4) {
  const n3 = new m3(t4, i4);
  try {
    n3.c();
  } catch (t5) {
    n3.d();
    throw t5;
  }
  const o4 = n3.d.bind(n3);
  o4[Symbol.dispose] = o4;
  return o4;
}

// node_modules/@preact/signals/dist/signals.mjs
var d3 = "undefined" != typeof window && !!window.__PREACT_SIGNALS_DEVTOOLS__;
var p4;
var m4;
var v4;
var g4 = [];
x2(function() {
  p4 = this.N;
})();
function b2(t4, i4) {
  n[t4] = i4.bind(null, n[t4] || (() => {
  }));
}
function y4(t4) {
  if (v4) {
    const t5 = v4;
    v4 = void 0;
    t5();
  }
  v4 = t4 && t4.S();
}
function w4({ data: t4 }) {
  const i4 = useSignal(t4);
  i4.name = "ReactiveDom";
  i4.value = t4;
  const [n3, e4] = w2(() => {
    let t5 = this, n4 = this.__v;
    while (n4 = n4.__) if (n4.__c) {
      n4.__c.__$f |= 4;
      break;
    }
    const e5 = O(() => {
      let t6 = i4.value.value;
      return 0 === t6 ? 0 : true === t6 ? "" : t6 || "";
    }), f4 = O(() => !Array.isArray(e5.value) && !r(e5.value)), r4 = x2(function() {
      this.N = M;
      if (f4.value) {
        const i5 = e5.value;
        if (t5.__v && t5.__v.__e && 3 === t5.__v.__e.nodeType) t5.__v.__e.data = i5;
      }
    }), u4 = this.__$u.d;
    this.__$u.d = function() {
      r4();
      u4.call(this);
    };
    return [f4, e5];
  }, []);
  return n3.value ? e4.peek() : e4.value;
}
w4.displayName = "ReactiveTextNode";
Object.defineProperties(y3.prototype, { constructor: { configurable: true, value: k($, null).constructor }, type: { configurable: true, value: w4 }, props: { configurable: true, get() {
  const t4 = this;
  return { data: { get value() {
    return t4.value;
  } } };
} }, __b: { configurable: true, value: 1 } });
b2("__b", (t4, i4) => {
  y4();
  m4 = void 0;
  if ("string" == typeof i4.type) {
    let t5, n3 = i4.props;
    for (let e4 in n3) {
      if ("children" === e4) continue;
      let o4 = n3[e4];
      if (o4 instanceof y3) {
        if (!t5) i4.__np = t5 = {};
        t5[e4] = o4;
        n3[e4] = o4.peek();
      }
    }
  }
  t4(i4);
});
b2("__r", (t4, n3) => {
  t4(n3);
  if (n3.type !== $) {
    y4();
    let t5, i4 = n3.__c;
    if (i4) {
      i4.__$f &= -2;
      t5 = i4.__$u;
      if (void 0 === t5) i4.__$u = t5 = (function(t6, i5) {
        let n4;
        x2(function() {
          n4 = this;
        }, { name: i5 });
        n4.c = t6;
        return n4;
      })(/* @__PURE__ */ (function(t6) {
        return function() {
          var i5;
          if (d3) null == (i5 = this.y) || i5.call(this);
          t6.__$f |= 1;
          t6.setState({});
        };
      })(i4), "function" == typeof n3.type ? n3.type.displayName || n3.type.name : "");
    }
    m4 = i4;
    y4(t5);
  }
});
b2("__e", (t4, i4, n3, e4) => {
  y4();
  m4 = void 0;
  t4(i4, n3, e4);
});
b2("diffed", (t4, i4) => {
  y4();
  m4 = void 0;
  let n3;
  if ("string" == typeof i4.type && (n3 = i4.__e)) {
    let t5 = i4.__np, e4 = i4.props, o4 = n3.U;
    if (o4) for (let i5 in o4) {
      let n4 = o4[i5];
      if (!(void 0 === n4 || t5 && i5 in t5)) {
        n4.d();
        o4[i5] = void 0;
      }
    }
    if (t5) {
      if (!o4) {
        o4 = {};
        n3.U = o4;
      }
      for (let i5 in t5) {
        let f4 = o4[i5], r4 = t5[i5];
        if (void 0 === f4) {
          f4 = k4(n3, i5, r4, e4);
          o4[i5] = f4;
        } else f4.o(r4, e4);
      }
    }
  }
  t4(i4);
});
function k4(t4, i4, n3, e4) {
  const o4 = i4 in t4 && void 0 === t4.ownerSVGElement, f4 = a3(n3);
  return { o: (t5, i5) => {
    f4.value = t5;
    e4 = i5;
  }, d: x2(function() {
    this.N = M;
    const n4 = f4.value.value;
    if (e4[i4] !== n4) {
      e4[i4] = n4;
      if (o4) t4[i4] = n4;
      else if (null != n4 && (false !== n4 || "-" === i4[4])) t4.setAttribute(i4, n4);
      else t4.removeAttribute(i4);
    }
  }) };
}
b2("unmount", (t4, i4) => {
  if ("string" == typeof i4.type) {
    let t5 = i4.__e;
    if (t5) {
      const i5 = t5.U;
      if (i5) {
        t5.U = void 0;
        for (let t6 in i5) {
          let n4 = i5[t6];
          if (n4) n4.d();
        }
      }
    }
    let n3 = i4.__np;
    if (n3) {
      let t6 = i4.props;
      for (let i5 in n3) t6[i5] = n3[i5];
    }
    i4.__np = void 0;
  } else {
    let t5 = i4.__c;
    if (t5) {
      t5.__$f |= 8;
      const i5 = t5.__$u;
      if (i5) {
        t5.__$u = void 0;
        i5.d();
      }
    }
  }
  t4(i4);
});
b2("__h", (t4, i4, n3, e4) => {
  if (e4 < 3) i4.__$f |= 2;
  t4(i4, n3, e4);
});
x.prototype.shouldComponentUpdate = function(t4, i4) {
  if (this.__R) return true;
  const n3 = this.__$u, e4 = n3 && void 0 !== n3.s;
  for (let t5 in i4) return true;
  if (this.__f || "boolean" == typeof this.u && true === this.u) {
    const t5 = 2 & this.__$f;
    if (!(e4 || t5 || 4 & this.__$f)) return true;
    if (1 & this.__$f) return true;
  } else {
    if (!(e4 || 4 & this.__$f)) return true;
    if (3 & this.__$f) return true;
  }
  for (let i5 in t4) if ("__source" !== i5 && t4[i5] !== this.props[i5]) return true;
  for (let i5 in this.props) if (!(i5 in t4)) return true;
  return false;
};
function useSignal(t4, i4) {
  return w2(() => a3(t4, i4), []);
}
var A3 = (t4) => {
  queueMicrotask(() => {
    queueMicrotask(t4);
  });
};
function F2() {
  n2(() => {
    let t4;
    while (t4 = g4.shift()) p4.call(t4);
  });
}
function M() {
  if (1 === g4.push(this)) (n.requestAnimationFrame || A3)(F2);
}

// src/shared/api.ts
var connection = a3("there");
var returns = a3(0);
var keyQuestion = a3(null);

// src/studio/speech.ts
var PcmReader = class {
  rest = null;
  read(bytes) {
    const hasRest = this.rest !== null;
    const size = bytes.length + (hasRest ? 1 : 0);
    const samples = new Float32Array(size >> 1);
    const at = (i4) => hasRest ? i4 === 0 ? this.rest : bytes[i4 - 1] : bytes[i4];
    for (let i4 = 0; i4 < samples.length; ++i4) {
      const value = at(2 * i4) | at(2 * i4 + 1) << 8;
      samples[i4] = (value >= 32768 ? value - 65536 : value) / 32768;
    }
    this.rest = size % 2 ? at(size - 1) : null;
    return samples;
  }
};
function bytesOfBase64(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i4 = 0; i4 < binary.length; ++i4) bytes[i4] = binary.charCodeAt(i4);
  return bytes;
}

// src/studio/speech.test.ts
test("samples are the same however their bytes are cut", () => {
  const bytes = Uint8Array.of(0, 0, 255, 127, 0, 128, 1, 0, 255, 255);
  const want = [0, 32767 / 32768, -1, 1 / 32768, -1 / 32768];
  for (let cut = 0; cut <= bytes.length; ++cut) {
    for (let second = cut; second <= bytes.length; ++second) {
      const reader = new PcmReader();
      const parts = [bytes.subarray(0, cut), bytes.subarray(cut, second), bytes.subarray(second)];
      assert.deepEqual(parts.flatMap((part) => [...reader.read(part)]), want, `${cut} ${second}`);
    }
  }
});
test("base64 is bytes", () => {
  assert.deepEqual([...bytesOfBase64("AP+A")], [0, 255, 128]);
});
