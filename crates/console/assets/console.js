// Comfort on top of pages that work without it: copying, and a delete button that waits for the
// right name. Nothing here decides or hides anything that the server does not check itself.
'use strict';

// What is copied is said to whoever does not see the button change.
const copies = document.querySelectorAll('button.copy');
const said = document.createElement('p');
said.className = 'unseen';
said.setAttribute('role', 'status');
if (copies.length) document.body.append(said);

for (const button of copies) {
  const source = document.getElementById(button.dataset.copy);
  if (!source || !navigator.clipboard) continue;
  button.hidden = false;
  const words = button.textContent;
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = 'Copied';
      said.textContent = 'Copied';
    } catch {
      const range = document.createRange();
      range.selectNodeContents(source);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      button.textContent = 'Press Ctrl+C';
    }
    setTimeout(() => { button.textContent = words; said.textContent = ''; }, 2000);
  });
}

for (const input of document.querySelectorAll('input[data-expect]')) {
  const button = input.form.querySelector('button');
  const look = () => { button.disabled = input.value.trim() !== input.dataset.expect; };
  input.addEventListener('input', look);
  look();
}

// Why something was not accepted is where a reader goes on.
document.querySelector('.refusal')?.focus();

// A token behind the # of the address moves into its field, and out of address and history.
for (const input of document.querySelectorAll('input[data-fragment]')) {
  const token = location.hash.slice(1);
  if (!token.startsWith(input.dataset.fragment)) continue;
  history.replaceState(null, '', location.pathname);
  input.value = token;
  const next = [...input.form.elements].find(field => field.offsetParent && !field.value);
  if (next) next.focus();
}

// What is typed beside a choice makes the choice.
for (const input of document.querySelectorAll('input[data-choose]')) {
  const choice = input.form.querySelector(`input[type=radio][value=${input.dataset.choose}]`);
  input.addEventListener('input', () => { choice.checked = true; });
}

// Where the tabs are wider than the screen, the current one is in sight.
const tab = document.querySelector('.tabs [aria-current]');
tab?.scrollIntoView({ block: 'nearest', inline: 'center' });

// A page about something that is on its way looks again by itself, unless somebody works on it.
for (const note of document.querySelectorAll('[data-again]')) {
  setInterval(() => {
    const idle = [null, document.body].includes(document.activeElement);
    if (!document.hidden && idle) location.reload();
  }, Number(note.dataset.again) * 1000);
}
